import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { day, time } from './format.js';

/** A line of a chart, or a layer of a stack. */
export interface Series {
  readonly name: string;
  /** Which of the colours of the style sheet: 1, 2, … */
  readonly colour: number;
  /** For each time: `null` where there is nothing. */
  readonly values: readonly (number | null)[];
  /** The value at a time in words, with all its digits. */
  readonly say: (index: number) => string;
}

/** What is drawn. */
export interface ChartProps {
  readonly title: string;
  /** Of the vertical axis. */
  readonly unit: string;
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** Layers above each other, linear between times; else lines in steps: each value holds until the next. */
  readonly stacked?: boolean;
  /** Where the axis of time ends; default: with the last time. */
  readonly until?: number;
  /** A time to mark, with its name. */
  readonly mark?: { readonly at: number; readonly name: string };
  readonly height?: number;
}

const MARGIN = { top: 8, right: 8, bottom: 22, left: 52 } as const;
const DEFAULT_WIDTH = 480;
const STEPS = 100;
const DAY = 86_400;

/** A time on the axis: days by their date, else the hour and minute in UTC. */
function tickName(at: number): string {
  return at % DAY === 0 ? day(at).slice('2000-'.length) : time(at).slice('2000-01-01 '.length, -':00'.length);
}

/** A chart over time. The arrow keys, or pointing at it, say the values of a moment. */
export function Chart(props: ChartProps): JSX.Element {
  const { title, unit, times, series, stacked = false, until, mark, height = 180 } = props;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(DEFAULT_WIDTH);
  const [picked, setPicked] = useState<number | null>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(Math.max(240, Math.floor(current.clientWidth)));
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, []);

  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined) return <p class="empty">Nothing has happened yet.</p>;
  const end = Math.max(until ?? last, first + 1);
  const x = scaleUtc()
    .domain([first * 1_000, end * 1_000])
    .range([MARGIN.left, width - MARGIN.right]);
  const tops = times.map((_, index) => {
    const values = series.map(({ values: of }) => of[index] ?? 0);
    return stacked ? values.reduce((sum, one) => sum + one, 0) : Math.max(0, ...values);
  });
  const most = Math.max(...tops);
  const y = scaleLinear()
    .domain([0, most === 0 ? 1 : most])
    .nice(4)
    .range([height - MARGIN.bottom, MARGIN.top]);
  const indices = times.map((_, index) => index);
  const xOf = (index: number): number => x((times[index] ?? first) * 1_000);

  const below = (layer: number, index: number): number =>
    series.slice(0, layer).reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
  const shapes = series.map(({ values }, layer) => {
    const curve = stacked ? curveLinear : curveStepAfter;
    const isThere = (index: number): boolean => values[index] != null;
    const base = (index: number): number => (stacked ? below(layer, index) : 0);
    const top = (index: number): number => y(base(index) + (values[index] ?? 0));
    return {
      area: area<number>(xOf, (index) => y(base(index)), top)
        .curve(curve)
        .defined(isThere)(indices),
      line: line<number>(xOf, top).curve(curve).defined(isThere)(indices),
    };
  });

  const nearest = (at: number): number => {
    const found = times.findLastIndex((one) => one <= at);
    return found < 0 ? 0 : found;
  };
  const pick = (event: PointerEvent): void => {
    const { current } = box;
    if (current === null) return;
    const at = x.invert(event.clientX - current.getBoundingClientRect().left).getTime() / 1_000;
    setPicked(nearest(at));
  };
  const step = (event: KeyboardEvent): void => {
    const stride = Math.max(1, Math.round(times.length / STEPS));
    const from = picked ?? times.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: from - stride,
      ArrowRight: from + stride,
      Home: 0,
      End: times.length - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    setPicked(Math.min(times.length - 1, Math.max(0, place)));
  };
  const shown = Math.min(picked ?? times.length - 1, times.length - 1);
  const spoken = series.map(({ name, say }) => `${name} ${say(shown)}`).join(', ');

  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <p class="legend">
          <time dateTime={new Date((times[shown] ?? first) * 1_000).toISOString()}>
            {time(times[shown] ?? first)}
          </time>
          {series.map(({ name, colour, say }) => (
            <span key={name}>
              <span class={`swatch colour-${colour}`} aria-hidden="true" />
              {series.length === 1 ? null : <>{name} </>}
              <b>{say(shown)}</b>
            </span>
          ))}
        </p>
      </figcaption>
      <div
        ref={box}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title}, by time`}
        aria-valuemin={first}
        aria-valuemax={last}
        aria-valuenow={times[shown] ?? first}
        aria-valuetext={`${time(times[shown] ?? first)} UTC: ${spoken}`}
        onPointerMove={pick}
        onPointerDown={pick}
        onPointerLeave={() => {
          setPicked(null);
        }}
        onBlur={() => {
          setPicked(null);
        }}
        onKeyDown={step}
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {y.ticks(4).map((tick) => (
            <g key={tick} class="tick">
              <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
              <text x={MARGIN.left - 6} y={y(tick)} dy="0.32em" text-anchor="end">
                {tick === 0 ? '0' : y.tickFormat(4, most >= 10_000 ? '.3~s' : undefined)(tick)}
              </text>
            </g>
          ))}
          {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
            <text key={tick.getTime()} class="tick" x={x(tick)} y={height - 6} text-anchor="middle">
              {tickName(tick.getTime() / 1_000)}
            </text>
          ))}
          {shapes.map((shape, layer) => (
            <g key={layer} class={`series colour-${series[layer]?.colour ?? 1}`}>
              {stacked || series.length === 1 ? <path class="area" d={shape.area ?? ''} /> : null}
              <path class="line" d={shape.line ?? ''} />
            </g>
          ))}
          {mark === undefined ? null : (
            <g class="mark">
              <line
                x1={x(mark.at * 1_000)}
                x2={x(mark.at * 1_000)}
                y1={MARGIN.top}
                y2={height - MARGIN.bottom}
              />
              <text
                x={x(mark.at * 1_000)}
                y={MARGIN.top + 8}
                dx={x(mark.at * 1_000) > width - 80 ? -4 : 4}
                text-anchor={x(mark.at * 1_000) > width - 80 ? 'end' : 'start'}
              >
                {mark.name}
              </text>
            </g>
          )}
          {picked === null ? null : (
            <line
              class="cursor"
              x1={xOf(shown)}
              x2={xOf(shown)}
              y1={MARGIN.top}
              y2={height - MARGIN.bottom}
            />
          )}
        </svg>
      </div>
      <p class="unit-note">{unit}</p>
    </figure>
  );
}
