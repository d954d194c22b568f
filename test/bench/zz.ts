import { runRules } from './rules.ts';
import { tableOf } from './table.ts';
const rows = await runRules((l)=>console.error(l), 60);
console.log(tableOf({benchmark:'rules',machine:{processor:'',cores:2,node:'',sqlite:'',system:'',load:0},notes:[],rows}));
