// The shell: bar, the page of the address, drawer and dialogs; or the word that a session is
// needed.
import type { ComponentType } from 'preact';
import { AlertDrawer } from '../alerts/alert_drawer';
import { RulesDialog } from '../alerts/rules_dialog';
import { FleetPage } from '../pages/fleet/fleet_page';
import { RawRecordDialog } from '../pages/fleet/raw_record';
import { Announcer } from './announcer';
import { HelpDialog } from './help_dialog';
import { LazyPage, LazyPart } from './lazy_page';
import { NavBar } from './nav_bar';
import { page, type Page } from './router';
import { SessionNeededPage } from './session_needed';
import { SettingsDialog } from './settings_dialog';
import { feed } from './state';

const lazyPages: Record<Exclude<Page, 'fleet'>, () => Promise<ComponentType>> = {
  pipeline: () => import('../pages/pipeline/pipeline_page').then((it) => it.PipelinePage),
  query: () => import('../pages/query/query_page').then((it) => it.QueryPage),
  activity: () => import('../pages/activity/activity_page').then((it) => it.ActivityPage),
  access: () => import('../pages/access/access_page').then((it) => it.AccessPage),
};

/** There before it is wanted, or the first letters behind Ctrl+K would go to the page. */
const loadFinder = () => import('./finder_dialog').then((it) => it.FinderDialog);

export function App() {
  if (feed.problem.value?.kind === 'session') return <SessionNeededPage />;
  return (
    <>
      <NavBar />
      {page.value === 'fleet' ? (
        <FleetPage />
      ) : (
        <LazyPage key={page.value} name={page.value} load={lazyPages[page.value]} />
      )}
      <AlertDrawer />
      <RulesDialog />
      <HelpDialog />
      <SettingsDialog />
      <RawRecordDialog />
      <LazyPart load={loadFinder} />
      <Announcer />
    </>
  );
}
