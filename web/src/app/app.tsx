// The shell: bar, the page of the address, drawer and dialogs; or the word that a session is
// needed.
import { AlertDrawer } from '../alerts/alert_drawer';
import { FleetPage } from '../pages/fleet/fleet_page';
import { QueryPage } from '../pages/query/query_page';
import { HelpDialog } from './help_dialog';
import { NavBar } from './nav_bar';
import { page } from './router';
import { SessionNeededPage } from './session_needed';
import { SettingsDialog } from './settings_dialog';
import { feed } from './state';

export function App() {
  if (feed.problem.value?.kind === 'session') return <SessionNeededPage />;
  return (
    <>
      <NavBar />
      {page.value === 'query' ? <QueryPage /> : <FleetPage />}
      <AlertDrawer />
      <HelpDialog />
      <SettingsDialog />
    </>
  );
}
