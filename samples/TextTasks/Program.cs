using System.CommandLine;
using AutoGpt.Samples.TextTasks.Spam;
using AutoGpt.Samples.TextTasks.Translation;

RootCommand root = new("Networks for tasks, trained from nothing in this process: a spam filter, and a translator from English into Chinese.") { SpamCommand.Create(), TranslateCommand.Create() };
return await root.Parse(args).InvokeAsync();
