import type { DatabaseSync } from "node:sqlite";

export type SettingStore = ReturnType<typeof createSettingStore>;

/** Small facts that must survive a restart, such as whether the operator drains the node. */
export function createSettingStore(database: DatabaseSync) {
  const get = database.prepare("SELECT value FROM settings WHERE key = ?");
  const put = database.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)");
  return {
    get(key: string): string | undefined {
      const row = get.get(key);
      return row === undefined ? undefined : String(row["value"]);
    },
    put(key: string, value: string): void {
      put.run(key, value);
    },
  };
}
