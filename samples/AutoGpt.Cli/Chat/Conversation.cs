using System.Text.Json.Nodes;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Output;

namespace AutoGpt.Cli.Chat;

/// <summary>Reads lines and answers them until the end of the input. With JSON nothing but JSON goes to standard output.</summary>
internal sealed class Conversation(IChatPartner partner, string name, string folder, bool json)
{
    private const string Help = "/status  model, tokens and turns\n/drop    leave the open question unanswered: the next line is a new goal\n/reset   forget the conversation\n/exit    end\nanything else is said to the model";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Tell($"{Printable.Line(name)} – /help tells the commands, /exit ends.");
        while (true)
        {
            if (!Console.IsInputRedirected)
            {
                // To standard error, where the output is for a program or a file.
                await (json || Console.IsOutputRedirected ? Console.Error : Console.Out).WriteAsync(partner.Asks ? "answer> " : "> ");
            }

            string? line = (await StandardInput.ReadLineAsync(cancellationToken))?.Trim();
            switch (line)
            {
                case null or "/exit" or "/quit":
                    return ExitCodes.Done;
                case "":
                    continue;
                case "/help":
                    Tell(Help);
                    continue;
                case "/status":
                    TellStatus();
                    continue;
                case "/drop":
                    partner.DropQuestion();
                    continue;
                case "/reset":
                    partner.Forget();
                    continue;
                default:
                    await AnswerAsync(line, cancellationToken);
                    continue;
            }
        }
    }

    private async Task AnswerAsync(string said, CancellationToken cancellationToken)
    {
        try
        {
            await partner.AnswerAsync(said, cancellationToken);
        }
        catch (Exception exception) when (Problem.Of(exception) is not null)
        {
            // One turn that fails does not end the conversation.
            string problem = Problem.Of(exception)!;
            await Console.Error.WriteLineAsync("error: " + problem);
            if (json)
            {
                JsonLines.Write(new JsonObject { ["type"] = "result", ["status"] = "failed", ["reason"] = problem });
            }
        }
    }

    private void TellStatus()
    {
        if (json)
        {
            JsonLines.Write(new JsonObject
            {
                ["type"] = "status", ["model"] = name, ["tokens"] = partner.Tokens, ["turns"] = partner.Turns, ["asks"] = partner.Asks, ["workspace"] = folder,
            });
        }
        else
        {
            Tell($"model {Printable.Line(name)}, {partner.Tokens} tokens, {partner.Turns} turns, workspace {Printable.Line(folder, 1000)}");
        }
    }

    private void Tell(string text) => (json ? Console.Error : Console.Out).WriteLine(text);
}
