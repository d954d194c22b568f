import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detailAt,
  FAR_BELOW,
  NEAR_FROM,
  nameSizeAt,
  openingZoom,
  READ_FROM,
  rememberingDetail,
  type Detail,
} from './detail.ts';

const zoom = fc.double({ min: 0.1, max: 2, noNaN: true });
const detail = fc.constantFrom<Detail>('near', 'far');

describe('how much is drawn at a zoom', () => {
  it('is all from near and little from afar, whatever was drawn before', () => {
    fc.assert(
      fc.property(zoom, detail, (at, before) => {
        const expected = at < FAR_BELOW ? 'far' : at >= NEAR_FROM ? 'near' : before;
        expect(detailAt(at, before)).toBe(expected);
      }),
    );
  });

  it('says the same when it is asked again', () => {
    fc.assert(
      fc.property(zoom, detail, (at, before) => {
        expect(detailAt(at, detailAt(at, before))).toBe(detailAt(at, before));
      }),
    );
  });

  it('changes at most once while a zoom trembles by less than the border is wide', () => {
    const width = NEAR_FROM - FAR_BELOW;
    const near = fc.double({ min: FAR_BELOW - width, max: NEAR_FROM, noNaN: true });
    fc.assert(
      fc.property(near, fc.array(fc.double({ min: 0, max: width * 0.99, noNaN: true })), (from, trembles) => {
        const drawn = rememberingDetail();
        const seen = trembles.map((by) => drawn(from + by));
        expect(seen.filter((one, i) => i > 0 && one !== seen[i - 1]).length).toBeLessThanOrEqual(1);
      }),
    );
    // The control: by twice the width, it changes each time.
    const drawn = rememberingDetail();
    expect([0, 1, 0, 1].map((by) => drawn(FAR_BELOW - 0.01 + by * 2 * width))).toEqual(['far', 'near', 'far', 'near']);
  });

  it('draws names that are 12 pixels on the screen, as long as the card has room', () => {
    fc.assert(
      fc.property(zoom, (at) => {
        const size = nameSizeAt(at);
        expect(size).toBeLessThanOrEqual(32);
        expect(size === 32 || Math.abs(size * at - 12) <= at).toBe(true);
      }),
    );
  });
});

describe('the zoom at which a flow opens', () => {
  it('shows all of it where its names can be read so, large ones from afar, and else only a part', () => {
    fc.assert(
      fc.property(zoom, (fit) => {
        const opens = openingZoom(fit);
        const height = (at: number) => (detailAt(at, 'near') === 'far' ? nameSizeAt(at) * at : 13 * at);
        expect(opens ?? 0).toBeLessThanOrEqual(fit);
        // Only where not even large names could be read it is not seen whole.
        expect(opens === null ? height(fit) < 12 : height(opens) > 9.9).toBe(true);
      }),
    );
    expect([1, READ_FROM, 0.6, 0.4, 0.25].map(openingZoom)).toEqual([1, READ_FROM, FAR_BELOW - 0.01, 0.4, null]);
  });
});
