using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>How <see cref="BackTranslation"/> asks.</summary>
public sealed record BackTranslationOptions
{
    /// <summary>The language of the texts, as the model knows it. Default English.</summary>
    public string Language { get; init; } = "English";

    /// <summary>The language they are put into on the way. Default French.</summary>
    public string Pivot { get; init; } = "French";

    /// <summary>How the model generates; its seed is set for each text. Default: at most 512 tokens at temperature .7, so that other words come back.</summary>
    public GenerationOptions Generation { get; init; } = new() { MaxTokens = 512, Sampling = new SamplingOptions { Temperature = .7f } };

    /// <summary>Makes the prompt of a text and a language it is to be put into. Default: an instruction to a chat model.</summary>
    public Func<string, string, Prompt> Prompt { get; init; } = (text, language) => new Prompt
    {
        Instructions = $"Translate the user's text into {language}. Answer with the translation alone.",
        Messages = [new ChatMessage(ChatRole.User, text)],
    };
}
