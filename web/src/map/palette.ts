// The colours of what is drawn on canvas, for the light and the dark map. The page's own are in
// tokens.css.
import { Status } from '../fleet/status';

export interface Palette {
  water: string;
  land: string;
  coast: string;
  park: string;
  street: string;
  majorStreet: string;
  border: string;
  county: string;
  label: string;
  waterLabel: string;
  halo: string;
  ring: string;
  ringLabel: string;
  start: string;
  startFill: string;
  trail: string;
  iconBody: string;
  iconFill: string;
  select: string;
  status: Record<Status, string>;
}

export const lightPalette: Palette = {
  water: '#cfe2f0',
  land: '#f6f3ec',
  coast: '#a9c3d6',
  park: '#d5e8c8',
  street: '#e4ded1',
  majorStreet: '#d3cab8',
  border: '#b9a9c4',
  county: '#e0d8e4',
  label: '#4b5363',
  waterLabel: '#5f8aa8',
  halo: '#ffffffd0',
  ring: '#8592a855',
  ringLabel: '#6b7688',
  start: '#1f6feb',
  startFill: '#1f6feb30',
  trail: '#f2811d',
  iconBody: '#5b3a8c',
  iconFill: '#ffffff',
  select: '#6d3bd1',
  status: {
    [Status.Ok]: '#1a9850',
    [Status.Watch]: '#d98a00',
    [Status.Low]: '#d92d3a',
    [Status.Stale]: '#8a93a3',
    [Status.Lost]: '#b9c0cb',
  },
};

export const darkPalette: Palette = {
  water: '#0e1722',
  land: '#1a2430',
  coast: '#34495e',
  park: '#1c3328',
  street: '#263341',
  majorStreet: '#33465a',
  border: '#4c4560',
  county: '#272c3c',
  label: '#aab6c8',
  waterLabel: '#4f7796',
  halo: '#0e1722d0',
  ring: '#7f90a845',
  ringLabel: '#75869e',
  start: '#5aa2ff',
  startFill: '#5aa2ff30',
  trail: '#ff9a3d',
  iconBody: '#c9a9ff',
  iconFill: '#1b1830',
  select: '#c4a5ff',
  status: {
    [Status.Ok]: '#37c871',
    [Status.Watch]: '#f0b429',
    [Status.Low]: '#ff5c66',
    [Status.Stale]: '#7d8798',
    [Status.Lost]: '#4d5665',
  },
};
