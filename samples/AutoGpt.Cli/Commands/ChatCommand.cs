using System.CommandLine;
using AutoGpt.Cli.Chat;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary>
/// <c>chat</c>: a conversation in the terminal. A planning model such as <c>mini</c> treats every line as a goal; a general model answers.
/// </summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> workspace = new("--workspace")
        {
            Description = "The folder the agent works in. Default: the current directory.",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.CurrentDirectory),
        };
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("chat", "A conversation in the terminal.") { workspace, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(parsed.GetValue(model)!, cancellationToken: cancellationToken);
            string folder = parsed.GetValue(workspace)!.FullName;
            IChatPartner partner = loaded.Description.TrainedTools is null
                ? new TalkingPartner(loaded, parsed.GetValue(json))
                : new PlanningPartner(loaded, folder, parsed.GetValue(json));
            return await new Conversation(partner, loaded.Description.Name, folder, parsed.GetValue(json)).RunAsync(cancellationToken);
        });
        return command;
    }
}
