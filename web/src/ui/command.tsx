// A command to type, with a button that copies it.
import { useSignal } from '@preact/signals';
import { Glyph } from './glyph';

export function Command({ text }: { text: string }) {
  const copied = useSignal(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      copied.value = true;
      setTimeout(() => {
        copied.value = false;
      }, 1500);
    });
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button class="icon-button" aria-label={`Copy ${text}`} onClick={copy}>
        {copied.value ? <span class="copied">copied</span> : <Glyph name="copy" />}
      </button>
    </div>
  );
}
