import { announce } from "../state/announcer.js";

/** Keeps the browser from opening a file that was dropped beside a field: it would leave the page and its form. */
export function guardDrops(): void {
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.documentElement.dataset["dragging"] = "yes";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) endDrag();
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    endDrag();
    if (!isOverField(event)) announce("Drop the file on the field that it is for.");
  });
}

function endDrag(): void {
  delete document.documentElement.dataset["dragging"];
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

function isOverField({ target }: Event): boolean {
  return target instanceof Element && target.closest("[data-drop]") !== null;
}
