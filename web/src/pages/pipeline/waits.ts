// How long parts have been in a state that passes: CREATING, STARTING. As the page saw it. Pure.
import type { GraphNode } from './graph';

export class Waits {
  private readonly since = new Map<string, { state: string; millis: number }>();

  note(nodes: GraphNode[], millis: number): void {
    const waiting = nodes.filter((node) => node.health === 'wait' && !node.command);
    for (const { id, state } of waiting)
      if (this.since.get(id)?.state !== state) this.since.set(id, { state, millis });
    for (const id of this.since.keys())
      if (!waiting.some((node) => node.id === id)) this.since.delete(id);
  }

  /** Whole seconds; null for a part that does not wait. */
  secondsOf(id: string, millis: number): number | null {
    const wait = this.since.get(id);
    return wait ? Math.max(0, Math.floor((millis - wait.millis) / 1000)) : null;
  }
}
