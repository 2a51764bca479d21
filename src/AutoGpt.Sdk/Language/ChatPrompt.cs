using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>How a prompt becomes chat messages, and generation options chat options.</summary>
internal static class ChatPrompt
{
    /// <param name="prompt">The prompt.</param>
    /// <param name="schema">A schema to write into the instructions, where the provider does not take it.</param>
    /// <exception cref="NotSupportedException">The prompt is a text to continue.</exception>
    public static List<ChatMessage> ToMessages(Prompt prompt, JsonElement? schema)
    {
        if (prompt.Text is not null)
        {
            throw new NotSupportedException("A chat client cannot continue a text as it stands; give instructions, sections or messages.");
        }

        StringBuilder system = new(prompt.Instructions);
        if (prompt.Tools.Count > 0)
        {
            system.Append("\n\nTools:\n");
            foreach (AIFunctionDeclaration tool in prompt.Tools)
            {
                system.Append("- ").Append(tool.Name).Append(": ").Append(tool.Description).Append("\n  parameters: ").Append(tool.JsonSchema.GetRawText()).Append('\n');
                if (tool.ReturnJsonSchema is { } returns)
                {
                    system.Append("  returns: ").Append(returns.GetRawText()).Append('\n');
                }
            }
        }

        if (schema is { } form)
        {
            system.Append("\n\nAnswer with JSON only, and nothing around it. It must fit this JSON Schema:\n").Append(form.GetRawText());
        }

        List<ChatMessage> messages = [];
        if (system.ToString().Trim() is { Length: > 0 } instructions)
        {
            messages.Add(new ChatMessage(ChatRole.System, instructions));
        }

        if (prompt.Sections.Count > 0)
        {
            messages.Add(new ChatMessage(ChatRole.User, string.Join("\n\n", prompt.Sections.Select(section => $"## {section.Name}\n{section.Text}"))));
        }

        messages.AddRange(prompt.Messages);
        return messages.Count > 0 ? messages : throw new ArgumentException("The prompt is empty.", nameof(prompt));
    }

    /// <exception cref="NotSupportedException">An option cannot be honoured and the caller does not allow that.</exception>
    public static (ChatOptions Options, List<string> NotHonored) ToChatOptions(GenerationOptions options, ModelDescription model, bool nativeSchema)
    {
        options.Sampling.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1, nameof(options));
        List<string> notHonored = [];
        Refuse(options.LogProbabilities, nameof(options.LogProbabilities));
        Refuse(options.TopLogProbabilities > 0, nameof(options.TopLogProbabilities));
        Refuse(!options.StopAtEndOfText, nameof(options.StopAtEndOfText));
        Refuse(options.Sampling.MinP != 0, nameof(options.Sampling.MinP));
        Refuse(options.Sampling.RepetitionPenalty != 1, nameof(options.Sampling.RepetitionPenalty));
        Refuse(options.Adapter is not null, nameof(options.Adapter));
        Refuse(options.Schema is not null && model.StructuredOutput == StructuredOutput.None, nameof(options.Schema));
        if (notHonored.Count > 0 && !options.AllowUnsupported)
        {
            throw new NotSupportedException($"The model '{model.Name}' cannot honour {string.Join(", ", notHonored)}.");
        }

        ChatOptions chat = new()
        {
            MaxOutputTokens = options.MaxTokens,
            Temperature = options.Sampling.Temperature,
            TopK = options.Sampling.TopK > 0 ? options.Sampling.TopK : null,
            TopP = options.Sampling.TopP < 1 ? options.Sampling.TopP : null,
            Seed = options.Seed,
            StopSequences = options.Stops.Count > 0 ? [.. options.Stops] : null,
            ResponseFormat = nativeSchema && options.Schema is { } schema ? ChatResponseFormat.ForJsonSchema(schema, "response") : null,
        };
        return (chat, notHonored);

        void Refuse(bool asked, string name)
        {
            if (asked)
            {
                notHonored.Add(name);
            }
        }
    }
}
