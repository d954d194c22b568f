import {
  ActionIcon,
  Autocomplete,
  Button,
  createTheme,
  defaultVariantColorsResolver,
  mergeThemeOverrides,
  Modal,
  NumberInput,
  Select,
  Switch,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
  type VariantColorsResolver,
} from '@mantine/core';

/** Ink blue from the lightest to the darkest; 7 carries white text on paper, 6 on blue-grey. */
const ink: MantineColorsTuple = [
  '#eef2fb',
  '#dde5f6',
  '#bccaec',
  '#97addf',
  '#7592d2',
  '#5b7cc6',
  '#3d5fb8',
  '#2b4c9b',
  '#223d7f',
  '#192e61',
];
const red: MantineColorsTuple = [
  '#fdf0ee',
  '#fbe0dc',
  '#f4beb7',
  '#eb978c',
  '#e27467',
  '#d95a4c',
  '#c23a2d',
  '#b02318',
  '#8f1c13',
  '#6f150e',
];

/** Fills by colour, each with the text that is made for it: it is dark in high contrast. */
const FILLS: Readonly<Record<string, { background: string; hover: string; color: string }>> = {
  ink: { background: 'var(--accent-fill)', hover: 'var(--accent-fill-hover)', color: 'var(--on-accent)' },
  red: { background: 'var(--red-fill)', hover: 'var(--red-fill-hover)', color: 'var(--on-red)' },
};

const variantColorResolver: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input);
  return input.variant === 'filled' ? { ...colours, ...FILLS[input.color ?? input.theme.primaryColor] } : colours;
};

/** Mantine in the studio's tokens. */
export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink, red },
  primaryShade: { light: 7, dark: 6 },
  variantColorResolver,
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '0.8125rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.25rem' },
  lineHeights: { xs: '1.54', sm: '1.54', md: '1.54', lg: '1.47', xl: '1.4' },
  radius: { xs: '4px', sm: '6px', md: '8px' },
  defaultRadius: 'sm',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Autocomplete: Autocomplete.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { size: 'xs', checkIconPosition: 'right', allowDeselect: false } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, events: { hover: true, focus: true, touch: false } } }),
    Modal: Modal.extend({ defaultProps: { centered: true, radius: 'md', transitionProps: { duration: 120 } } }),
  },
});

/** The theme with numbers that are typed as the person writes them. */
export const inLocale = (decimalSeparator: string): MantineThemeOverride =>
  mergeThemeOverrides(theme, {
    components: {
      NumberInput: { defaultProps: { size: 'xs', decimalSeparator, allowedDecimalSeparators: ['.', ','] } },
    },
  });

const onScheme = (dimmed: string) => ({
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': dimmed,
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--red)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-primary-color-filled': 'var(--accent-fill)',
  '--mantine-primary-color-filled-hover': 'var(--accent-fill-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
  '--mantine-color-ink-filled': 'var(--accent-fill)',
  '--mantine-color-ink-filled-hover': 'var(--accent-fill-hover)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--ink-3)',
  '--mantine-color-disabled-border': 'var(--line)',
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: onScheme('var(--ink-2)'),
  dark: {
    ...onScheme('var(--ink-2)'),
    // Frames, tracks and grounds that Mantine draws in greys of its own.
    '--mantine-color-dark-4': 'var(--line-strong)',
    '--mantine-color-dark-5': 'var(--hover)',
    '--mantine-color-dark-6': 'var(--raised)',
    '--mantine-color-dark-7': 'var(--paper)',
  },
});
