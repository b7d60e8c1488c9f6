// The one template of every part's detail: title, name, state, actions, tabs.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../../../api/aws';
import { goTo, parameter } from '../../../app/router';
import { Command } from '../../../ui/command';
import { formatCount } from '../../../ui/format';
import { Glyph } from '../../../ui/glyph';
import { program } from '../../../ui/program';
import { healthOf, type Kind } from '../graph';
import { kindWords } from '../figures';
import { kindGlyphs } from '../picture';
import { refresh, waitedSeconds } from '../state';

export interface Tab {
  id: string;
  label: string;
  /** What asks for attention in it. */
  count?: number;
  body(): ComponentChildren;
}

interface Props {
  kind: Kind;
  name: string;
  arn: string;
  state: string;
  actions?: ComponentChildren;
  tabs: Tab[];
}

function CopyArn({ arn }: { arn: string }) {
  const copied = useSignal(false);
  if (arn === '') return null;
  return (
    <button
      class="arn"
      title="Copy the ARN"
      onClick={() => {
        void navigator.clipboard?.writeText(arn).then(() => {
          copied.value = true;
          setTimeout(() => {
            copied.value = false;
          }, 1500);
        });
      }}
    >
      <code>{arn}</code>
      {copied.value ? <span class="copied">copied</span> : <Glyph name="copy" />}
    </button>
  );
}

export function DetailFrame({ kind, name, arn, state, actions, tabs }: Props) {
  const node = parameter('node')!;
  const waited = waitedSeconds(node);
  const current = tabs.find((tab) => tab.id === parameter('tab')) ?? tabs[0]!;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (tabs.indexOf(current) + step + tabs.length) % tabs.length;
    goTo('pipeline', { node, tab: tabs[at]!.id });
    const list = event.currentTarget as HTMLElement;
    (list.children[at] as HTMLElement).focus();
  };
  return (
    <section class="detail" aria-label={`${kindWords[kind]} ${name}`}>
      {/* Where all is narrow, the detail has the whole page. */}
      <h1 class="visually-hidden narrow-only">Pipeline</h1>
      <header class="detail-head">
        <span class="detail-icon">
          <Glyph name={kindGlyphs[kind]} />
        </span>
        <div class="detail-title">
          <h2>
            {name}{' '}
            <span class={`pill health-${healthOf(state)}`}>
              {waited === null ? state : `${state} for ${waited} s`}
            </span>
          </h2>
          <span class="muted">{kindWords[kind]}</span> <CopyArn arn={arn} />
        </div>
        <span class="nav-space" />
        {actions}
        <button
          class="icon-button"
          aria-label="Close the detail"
          title="Close (Esc)"
          onClick={() => goTo('pipeline')}
        >
          <Glyph name="close" />
        </button>
      </header>
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            role="tab"
            id={`tab-${tab.id}`}
            aria-selected={tab === current}
            aria-controls="tab-body"
            tabIndex={tab === current ? 0 : -1}
            onClick={() => goTo('pipeline', { node, tab: tab.id })}
          >
            {tab.label}
            {tab.count !== undefined && <span class="count">{formatCount(tab.count)}</span>}
          </button>
        ))}
      </div>
      <div
        class="tab-body"
        id="tab-body"
        role="tabpanel"
        aria-labelledby={`tab-${current.id}`}
        key={current.id}
        tabIndex={0}
      >
        {current.body()}
      </div>
    </section>
  );
}

/** Why there is nothing here, and the command that changes that. */
export function NotYet({ words, command }: { words: ComponentChildren; command: string }) {
  return (
    <div class="not-yet">
      <p class="muted">{words}</p>
      <Command text={command} />
    </div>
  );
}

/** Settings as a list of words and values. */
export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What one sees here, as commands of the AWS CLI. */
export function Commands({ list }: { list: [string, string][] }) {
  return (
    <div class="commands">
      <p class="muted">
        The same from a terminal; <code>eval "$({program()} env)"</code> first.
      </p>
      {list.map(([words, text]) => (
        <div key={words}>
          <h3>{words}</h3>
          <Command text={text} />
        </div>
      ))}
    </div>
  );
}

/** A button whose work may fail: it says so, and the picture is read again. */
export function ActionButton({
  label,
  work,
  primary,
}: {
  label: string;
  work(): Promise<unknown>;
  primary?: boolean;
}) {
  const busy = useSignal(false);
  const error = useSignal('');
  const run = async () => {
    busy.value = true;
    error.value = '';
    try {
      await work();
      await refresh();
    } catch (problem) {
      error.value = wordsOf(problem);
    } finally {
      busy.value = false;
    }
  };
  return (
    <span class="action">
      {error.value !== '' && (
        <span class="action-error" role="alert">
          {error.value}
        </span>
      )}
      <button class={`button ${primary ? 'primary' : ''}`} disabled={busy.value} onClick={run}>
        {label}
      </button>
    </span>
  );
}

/** Asks now and then for something; keeps the last answer, says the last error. */
export function useAsked<T>(ask: () => Promise<T>, everyMillis: number, key: string) {
  const answer = useSignal<T | null>(null);
  const error = useSignal('');
  useEffect(() => {
    let timer = 0;
    let ended = false;
    const again = async () => {
      try {
        const found = await ask();
        if (ended) return;
        answer.value = found;
        error.value = '';
      } catch (problem) {
        error.value = wordsOf(problem);
      }
      if (!ended && everyMillis > 0) timer = window.setTimeout(() => void again(), everyMillis);
    };
    void again();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [key]);
  return { answer, error };
}
