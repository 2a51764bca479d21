using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using Microsoft.Extensions.AI;

namespace AutoGpt.Cli.Chat;

/// <summary>A general model: it answers, with the conversation so far before it.</summary>
internal sealed class TalkingPartner(ITokenModel model, bool json) : IChatPartner
{
    private readonly List<ChatMessage> _history = [];

    public int Turns => _history.Count / 2;

    public long Tokens { get; private set; }

    public bool Asks => false;

    public async Task AnswerAsync(string said, CancellationToken cancellationToken)
    {
        _history.Add(new ChatMessage(ChatRole.User, said));
        try
        {
            DropOldTurns();
            string reply = await ReplyAsync(cancellationToken);
            _history.Add(new ChatMessage(ChatRole.Assistant, reply));
        }
        catch
        {
            // What led to no answer must not stand before the next message.
            _history.RemoveAt(_history.Count - 1);
            throw;
        }
    }

    public void DropQuestion()
    {
    }

    public void Forget() => _history.Clear();

    /// <summary>Drops messages with their replies, oldest first, until a quarter of the context is left for the next reply.</summary>
    private void DropOldTurns()
    {
        int room = model.Description.ContextLength is int context ? context - (context / 4) : int.MaxValue;
        while (_history.Count > 1 && PlainPromptFormat.Instance.Format(new Prompt { Messages = _history }, model.Tokenizer).Length > room)
        {
            _history.RemoveRange(0, 2);
        }
    }

    private async Task<string> ReplyAsync(CancellationToken cancellationToken)
    {
        StringBuilder reply = new();
        GenerationUpdate? last = null;
        await foreach (GenerationUpdate update in model.GenerateAsync(new Prompt { Messages = _history }, null, cancellationToken))
        {
            reply.Append(update.Text);
            last = update;
            if (json)
            {
                JsonLines.Write(new JsonObject { ["type"] = "update", ["text"] = update.Text });
            }
            else
            {
                Console.Write(Printable.Text(update.Text));
            }
        }

        int tokens = last?.Usage?.Total ?? 0;
        Tokens += tokens;
        if (json)
        {
            JsonLines.Write(new JsonObject
            {
                ["type"] = "result",
                ["status"] = "succeeded",
                ["answer"] = reply.ToString(),
                ["finish"] = last?.Finish is { } finish ? JsonNamingPolicy.CamelCase.ConvertName(finish.ToString()) : null,
                ["tokens"] = tokens,
            });
        }
        else
        {
            Console.WriteLine();
        }

        return reply.ToString();
    }
}
