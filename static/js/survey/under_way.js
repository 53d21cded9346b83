// What a house's form has begun and will write down later, as a photo that is being made small.

export class UnderWay {
  #works = new Set();

  // Returns the work itself.
  add(work) {
    const ended = work.catch(() => {}).finally(() => this.#works.delete(ended));
    this.#works.add(ended);
    return work;
  }

  get isAny() {
    return this.#works.size > 0;
  }

  // Once nothing is under way, also of what was begun meanwhile.
  async ended() {
    while (this.#works.size) await Promise.all(this.#works);
  }

  // Somebody does not wait for it any more.
  giveUp() {
    this.#works.clear();
  }
}
