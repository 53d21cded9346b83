// A file that the page has made goes to whoever holds the phone: as a download, or by the share sheet of an iPhone where the page
// lies on its first screen. There nothing is downloaded, and the file is shown instead with no way back to the page.

const isWithoutDownloads = () => navigator.standalone === true; // iPhones and iPads alone say so

// `file` goes out. Returns null where the browser was given it, or else what has to be called on a press of its own, since a
// share sheet opens for nothing else: that resolves once the sheet has taken the file, and rejects where somebody closed it or
// none opens.
export function giveOut(file) {
  if (isWithoutDownloads()) return async () => navigator.share({ files: [file] });
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: file.name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return null;
}
