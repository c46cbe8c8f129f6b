import type { Page } from "playwright-core";

/** A part of a page that must or must not be visible. */
export interface PartExpected {
  /** CSS selector; one of all that it finds has to be visible, or none. */
  selector: string;
  visible: boolean;
  /** Why just now: "ENABLE_X is on". Absent where it holds always. */
  because?: string;
}

/**
 * Parts that are not as they must be, a sentence each. A part that must be visible is waited for; when all of those are there, or
 * the time is over, it is looked for those that must not be.
 */
export async function partsOutOfPlace(
  page: Page,
  expected: readonly PartExpected[],
  waitMs: number,
): Promise<string[]> {
  const found = await Promise.all(
    expected.map(async (part) => ({
      part,
      seen: part.visible ? await appears(page, part.selector, waitMs) : undefined,
    })),
  );
  const wrong: string[] = [];
  for (const { part, seen } of found) {
    const visible = seen ?? (await isVisible(page, part.selector));
    if (visible !== part.visible) wrong.push(sentence(part));
  }
  return wrong;
}

function sentence({ selector, visible, because }: PartExpected): string {
  const reason = because === undefined ? "" : `, although ${because}`;
  return `${selector} is ${visible ? "not visible" : "visible"}${reason}`;
}

async function appears(page: Page, selector: string, waitMs: number): Promise<boolean> {
  try {
    await page.locator(`${selector} >> visible=true`).first().waitFor({ timeout: waitMs });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return false;
    throw error;
  }
}

async function isVisible(page: Page, selector: string): Promise<boolean> {
  return (await page.locator(`${selector} >> visible=true`).count()) > 0;
}
