/** The longest answer that is read, in bytes after decoding: 10 MiB. */
export const mostBytes = 10 * 2 ** 20;

/** Reads a body piece by piece, up to {@link mostBytes}; the rest is refused unread. */
export const readText = async (response: Response, add: (piece: string) => void): Promise<void> => {
  const reader = response.body?.getReader();
  // Stand-ins for fetch in tests often have no stream.
  if (!reader) return add(await response.text());
  const decoder = new TextDecoder();
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return add(decoder.decode());
    size += value.length;
    if (size > mostBytes) {
      void reader.cancel().catch(() => {});
      throw new Error("the answer is longer than 10 MiB");
    }
    add(decoder.decode(value, { stream: true }));
  }
};
