namespace AutoGpt.Sdk.Models;

/// <summary>A way to cut text, as llama.cpp names it (<c>tokenizer.ggml.pre</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it cuts.</param>
/// <param name="IgnoresMerges">Whether pieces that are tokens stay whole.</param>
/// <param name="AddsBegin">Whether texts begin with a token unless the file says otherwise.</param>
internal sealed record GgufPreTokenizer(string Name, PreTokenization Kind, bool IgnoresMerges = false, bool AddsBegin = false)
{
    // Of several that are the same, the first is written.
    private static readonly GgufPreTokenizer[] s_all =
    [
        new("default", PreTokenization.LlamaCppDefault),
        new("gpt-2", PreTokenization.Gpt2), new("phi-2", PreTokenization.Gpt2), new("mpt", PreTokenization.Gpt2), new("olmo", PreTokenization.Gpt2),
        new("smollm", PreTokenization.Gpt2Digits), new("starcoder", PreTokenization.Gpt2Digits), new("refact", PreTokenization.Gpt2Digits),
        new("command-r", PreTokenization.Gpt2Digits), new("codeshell", PreTokenization.Gpt2Digits),
        new("llama-bpe", PreTokenization.Llama3, true, true), new("llama3", PreTokenization.Llama3, true, true), new("llama-v3", PreTokenization.Llama3, true, true),
        new("smaug-bpe", PreTokenization.Llama3), new("dbrx", PreTokenization.Llama3),
        new("qwen2", PreTokenization.Qwen2), new("deepseek-r1-qwen", PreTokenization.Qwen2), new("megrez", PreTokenization.Qwen2), new("stablelm2", PreTokenization.Qwen2),
        new("qwen35", PreTokenization.Qwen35), new("tekken", PreTokenization.Tekken, true, true),
    ];

    public static IEnumerable<string> Names => s_all.Select(each => each.Name);

    public static GgufPreTokenizer? Find(string name) => Array.Find(s_all, each => each.Name == name);

    public static GgufPreTokenizer? Find(PreTokenization kind, bool ignoresMerges) => Array.Find(s_all, each => each.Kind == kind && each.IgnoresMerges == ignoresMerges);
}
