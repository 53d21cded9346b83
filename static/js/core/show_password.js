// A box that shows what is typed into the password fields of its form. Without this script it stays hidden.
for (const label of document.querySelectorAll("[data-show-password]")) {
  const box = label.querySelector("input");
  const fields = [...label.closest("form").querySelectorAll("input[type=password]")];
  label.hidden = false;
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
  // A browser that offers to keep the password must find a password field.
  label.closest("form").addEventListener("submit", () => {
    for (const field of fields) field.type = "password";
  });
}
