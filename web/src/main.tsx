// Starts the console.
import { render } from 'preact';
import { App } from './app/app';
import { startState } from './app/state';

startState();
render(<App />, document.getElementById('app')!);
