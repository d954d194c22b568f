import about from '../../package.json' with { type: 'json' };

process.stdout.write(`countersign ${about.version}\n`);
