// The open statements above the editor.
import { Glyph } from '../../ui/glyph';
import { activeTab, closeTab, openTab, tabs, type QueryTab } from './query_tabs';

function stateOf(tab: QueryTab): string {
  if (tab.running.value) return 'running';
  return tab.result.value ? tab.result.value.state.toLowerCase() : 'fresh';
}

function focusEditor(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#sql')?.focus());
}

function Tab({ tab }: { tab: QueryTab }) {
  const isActive = activeTab.value === tab;
  const state = stateOf(tab);
  return (
    <li class={isActive ? 'on' : ''}>
      <button
        class="query-tab"
        aria-pressed={isActive}
        title={tab.sql.value.slice(0, 500)}
        onClick={() => {
          activeTab.value = tab;
        }}
      >
        {state !== 'fresh' && <span class={`run-state run-${state}`} title={state} />}
        {tab.title.value}
      </button>
      {(tabs.value.length > 1 || tab.sql.value !== '') && (
        <button
          class="icon-button small"
          aria-label={`Close ${tab.title.value}`}
          onClick={() => {
            closeTab(tab);
            focusEditor();
          }}
        >
          <Glyph name="close" />
        </button>
      )}
    </li>
  );
}

export function TabBar() {
  return (
    <nav class="query-tabs" aria-label="Open statements">
      <ul>
        {tabs.value.map((tab, i) => (
          <Tab key={i} tab={tab} />
        ))}
      </ul>
      <button
        class="icon-button small"
        aria-label="One more statement"
        title="One more statement"
        onClick={() => {
          openTab();
          focusEditor();
        }}
      >
        <Glyph name="plus" />
      </button>
    </nav>
  );
}
