using System.CommandLine;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using Microsoft.Extensions.AI;

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
        Command command = new("chat", "A conversation in the terminal.") { workspace, model };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using IDisposable loaded = ModelSource.Load(parsed.GetValue(model)!, out ILanguageModel languageModel);
            Conversation conversation = new(languageModel, parsed.GetValue(workspace)!.FullName);
            return await conversation.RunAsync(cancellationToken);
        });
        return command;
    }

    private sealed class Conversation(ILanguageModel model, string folder)
    {
        private readonly List<ChatMessage> _history = [];
        private long _tokens;

        public async Task<int> RunAsync(CancellationToken cancellationToken)
        {
            Console.WriteLine($"{model.Description.Name} – /help tells the commands, /exit ends.");
            while (true)
            {
                if (!Console.IsInputRedirected)
                {
                    Console.Write("> ");
                }

                string? line = await Console.In.ReadLineAsync(cancellationToken);
                switch (line?.Trim())
                {
                    case null or "/exit" or "/quit":
                        return ExitCodes.Done;
                    case "":
                        continue;
                    case "/help":
                        Console.WriteLine("/status  model, tokens and turns\n/reset   forget the conversation\n/exit    end\nanything else is said to the model");
                        continue;
                    case "/status":
                        Console.WriteLine($"model {model.Description.Name}, {_tokens} tokens, {_history.Count} messages, workspace {folder}");
                        continue;
                    case "/reset":
                        _history.Clear();
                        continue;
                    case { } said:
                        await AnswerAsync(said, cancellationToken);
                        continue;
                }
            }
        }

        private async Task AnswerAsync(string said, CancellationToken cancellationToken)
        {
            try
            {
                if (model.Description.TrainedTools is not null)
                {
                    AutonomousAgent agent = RunCommand.CreateAgent(model, folder, ConsoleApproval.WhereThereIsATerminal());
                    _tokens += (await RunView.ShowAsync(agent.RunStreamingAsync(said, null, cancellationToken))).Tokens;
                    cancellationToken.ThrowIfCancellationRequested();
                    return;
                }

                _history.Add(new ChatMessage(ChatRole.User, said));
                System.Text.StringBuilder reply = new();
                await foreach (GenerationUpdate update in model.GenerateAsync(new Prompt { Messages = _history }, null, cancellationToken))
                {
                    Console.Write(Printable.Text(update.Text));
                    reply.Append(update.Text);
                    _tokens += update.Usage?.Total ?? 0;
                }

                Console.WriteLine();
                _history.Add(new ChatMessage(ChatRole.Assistant, reply.ToString()));
            }
            catch (AutoGptException exception)
            {
                // One turn that fails does not end the conversation.
                await Console.Error.WriteLineAsync("error: " + Printable.Line(exception.Message, 1000));
            }
        }
    }
}
