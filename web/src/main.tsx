// Starts the console.
import { render } from 'preact';
import { App } from './app/app';
import { listenToGlobalKeys } from './app/global_keys';
import { startState } from './app/state';

startState();
listenToGlobalKeys();
render(<App />, document.getElementById('app')!);
