using System.CommandLine;
using TrainMini.Commands;

RootCommand root = new("Trains the in-box model mini: a planner for the built-in tools.")
{
    ExamplesCommand.Create(),
    CheckCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    PackCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
