using System.CommandLine;
using AutoGpt.Cli.Chat;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
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
        Option<FileInfo?> session = new("--session")
        {
            Description = "Keeps the conversation in this file, and goes on with it where it is there. For planning models.",
        };
        Option<bool> json = CommandAction.Json();
        Command command = new("chat", "A conversation in the terminal.") { workspace, model, session, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(parsed.GetValue(model)!, cancellationToken: cancellationToken);
            string folder = parsed.GetValue(workspace)!.FullName;
            string? file = parsed.GetValue(session)?.FullName;
            IChatPartner partner = loaded.Description.TrainedTools is not null ? new PlanningPartner(loaded, folder, parsed.GetValue(json), file)
                : file is null ? new TalkingPartner(loaded, parsed.GetValue(json))
                : throw new AutoGptException($"--session keeps goals and their results; the model '{loaded.Description.Name}' only talks.");
            return await new Conversation(partner, loaded.Description.Name, folder, parsed.GetValue(json)).RunAsync(cancellationToken);
        });
        return command;
    }
}
