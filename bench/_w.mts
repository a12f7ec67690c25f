import { splitMail } from './mail-data.js';
import { charTfidf } from './mail-kernels.js';
import { fitVectorizer } from './peers/sklearn.js';

console.log(typeof (await fitVectorizer(['abc abd'], ['abc'])));
console.log(await charTfidf((await splitMail(false))(1)));
