/**
 * Moves the focus among the links of a grid with the arrow keys, as the links lie on the screen. Gives false for any other key, and
 * where no link lies in that direction.
 */
export function moveByArrow(event: KeyboardEvent, links: string): boolean {
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  const { target, currentTarget } = event;
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (!(target instanceof Element) || !(currentTarget instanceof Element) || !target.matches(links))
    return false;
  const [right = 0, down = 0] = way;
  const from = target.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let nearest = Infinity;
  for (const link of currentTarget.querySelectorAll<HTMLElement>(links)) {
    const to = link.getBoundingClientRect();
    const along = (to.left - from.left) * right + (to.top - from.top) * down;
    const aside = Math.abs((to.left - from.left) * down) + Math.abs((to.top - from.top) * right);
    // Links of a row may begin at slightly other heights.
    if (along < 9 || along < aside) continue;
    const distance = along + aside * 4;
    if (distance < nearest) [nearest, best] = [distance, link];
  }
  if (!best) return false;
  event.preventDefault();
  best.focus();
  return true;
}
