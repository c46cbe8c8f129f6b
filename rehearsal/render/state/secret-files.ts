import { newCursor } from "../ids";

export interface SecretFile {
  readonly name: string;
  content: string;
  readonly cursor: string;
}

/** What is saved of a service's or a group's secret files. They are shown by the API, and put beside no process. */
export class SecretFiles {
  private files: SecretFile[] = [];

  all(): readonly SecretFile[] {
    return this.files;
  }

  find(name: string): SecretFile | undefined {
    return this.files.find((file) => file.name === name);
  }

  set(name: string, content: string): SecretFile {
    const found = this.find(name);
    if (found !== undefined) {
      found.content = content;
      return found;
    }
    const added = { name, content, cursor: newCursor() };
    this.files.push(added);
    return added;
  }

  /** @returns whether there was such a file. */
  delete(name: string): boolean {
    const before = this.files.length;
    this.files = this.files.filter((file) => file.name !== name);
    return this.files.length < before;
  }

  replaceAll(files: readonly { name: string; content: string }[]): void {
    this.files = [];
    for (const { name, content } of files) this.set(name, content);
  }
}

export function secretFileJson({ name, content }: SecretFile) {
  return { name, content };
}
