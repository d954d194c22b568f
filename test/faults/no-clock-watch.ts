import { ClockWatch } from '../../engine/runner/clock-watch.ts';

/* The control of clock jumps, imported before the engine: it has a clock watch that never looks. */

ClockWatch.prototype.look = function lookAway() {};
