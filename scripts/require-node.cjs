/**
 * Loaded before every entry point (node -r), because an older Node cannot even read TypeScript, and says so in a way
 * that helps nobody. Therefore written in JavaScript that any Node understands.
 */
var needed = Number(/\d+/.exec(require('../package.json').engines.node)[0])

if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    'Rowlock needs Node ' +
      needed +
      ' or later, and this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      '`npm install` brings the right one along, and `npm start`, `npm test` and `npm run ...` use it.\n' +
      'If it did not come: `npm rebuild node`.',
  )
  process.exit(1)
}
