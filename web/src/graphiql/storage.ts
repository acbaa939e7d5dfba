/** What GraphiQL keeps (tabs, history, sizes), under a name of its own beside the shop's entries. */
export function createNamedStorage(name: string) {
  const prefix = `${name}:`
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  return {
    getItem: (key: string) => localStorage.getItem(prefix + key),
    setItem: (key: string, value: string) => localStorage.setItem(prefix + key, value),
    removeItem: (key: string) => localStorage.removeItem(prefix + key),
    clear: () => {
      for (const key of keys()) localStorage.removeItem(key)
    },
    get length() {
      return keys().length
    },
  }
}
