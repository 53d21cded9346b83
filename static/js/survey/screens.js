// Which screen an address shows: the first part after "#/" → its module, loaded when it is first opened (every module lies
// on the phone already). A screen exports
//   async show(app, parts, frame) → leave() or nothing
// It fills `frame`; leave() is called before the next one, and may be async where something must still be written down.
// `app` is that of app.js: keeping, person, device, me, words, language, files, go(address), sync, finish(draft, rules),
// load(name) for scripts that are no modules.

export const SCREENS = {
  "": () => import("./home_screen.js"),
  village: () => import("./list_screen.js"), // #/village/<round>/<village>
  map: () => import("./map_screen.js"), // #/map/<round>/<village>
  house: () => import("./house_screen.js"), // #/house/<round>/<house>
  new: () => import("./house_screen.js"), // #/new/<round>/<house>/<village>/<lng>/<lat>
  phone: () => import("./phone_screen.js"),
};
