/** So many files are taken at a time; more are another drop, or `calypso ingest`. */
export const mostFiles = 2000;

/** The files of a drop, those of folders too; hidden ones are left out. What is dropped has to be read while the drop is told of. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) await addFiles(entry, files);
  return files;
}

/** What was chosen of a folder, without its hidden files. */
export function chosenFiles(files: Iterable<File>): readonly File[] {
  return [...files].filter(({ name, webkitRelativePath: path }) => !`/${path === "" ? name : path}`.includes("/."));
}

async function addFiles(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (entry.name.startsWith(".") || files.length > mostFiles) return;
  if (isFile(entry)) files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  else if (isFolder(entry)) for (const inner of await entriesOf(entry)) await addFiles(inner, files);
}

/** In the order of their names; a reader gives some at a time, and none at its end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found.sort((one, other) => (one.name < other.name ? -1 : 1));
    found.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
