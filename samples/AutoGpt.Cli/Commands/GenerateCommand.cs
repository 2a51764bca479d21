using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>generate</c>: continues a prompt.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string?> prompt = new("--prompt") { Description = "The text to continue." };
        Option<string?> ids = new("--ids") { Description = "Token ids to continue, such as 1,2,3: adds no beginning and stops at nothing but --max-tokens." };
        Option<int> maxTokens = new("--max-tokens") { Description = "Tokens to generate at most. Default: 128.", DefaultValueFactory = _ => 128 };
        Option<float> temperature = new("--temperature") { Description = "0 is greedy. Default: 0." };
        Option<int> topK = new("--top-k") { Description = "Keeps the k most probable tokens. Default: 0 (all)." };
        Option<float> topP = new("--top-p") { Description = "Keeps the most probable tokens that reach p together. Default: 1 (all).", DefaultValueFactory = _ => 1 };
        Option<float> minP = new("--min-p") { Description = "Keeps tokens at least this fraction as probable as the best. Default: 0 (all)." };
        maxTokens.AtLeast(1);
        temperature.AtLeast(0);
        topK.AtLeast(0);
        topP.Above(0, 1);
        minP.From(0, 1);
        Option<int> seed = new("--seed") { Description = "Seeds the sampling. Default: 0." };
        Option<FileInfo?> schema = new("--schema") { Description = "A JSON Schema the completion must fit." };
        Option<bool> lookup = new("--lookup") { Description = "Proposes what followed the same tokens earlier, and reads it at once where it comes true: the same text, sooner where it repeats itself." };
        Option<string?> draftModel = new("--draft-model") { Description = "A smaller model with the same vocabulary that proposes tokens: the same text." };
        Option<bool> shift = new("--shift") { Description = "Goes on at the end of the window without the older half of the text, instead of ending." };
        Option<bool> tokenByToken = new("--token-by-token") { Description = "Decodes text that the schema leaves no choice about too." };
        Option<string> model = ModelSource.ModelOption();
        Option<string?> adapter = ModelSource.AdapterOption();
        Option<string> backend = ModelSource.BackendOption();
        Option<int?> threads = ModelSource.ThreadsOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("generate", "Continues a prompt.")
        {
            prompt, ids, maxTokens, temperature, topK, topP, minP, seed, schema, lookup, draftModel, shift, tokenByToken, model, adapter, backend, threads, json,
        };
        command.Handle(async (parsed, cancellationToken) =>
        {
            string? text = parsed.GetValue(prompt);
            string? idText = parsed.GetValue(ids);
            if ((text is null) == (idText is null))
            {
                throw new ArgumentException("Give either --prompt or --ids.");
            }

            GenerationOptions options = new()
            {
                MaxTokens = parsed.GetValue(maxTokens),
                Seed = parsed.GetValue(seed),
                Sampling = new SamplingOptions
                {
                    Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP), MinP = parsed.GetValue(minP),
                },
                Schema = parsed.GetValue(schema) is { } file ? ReadSchema(file.FullName) : null,
                StopAtEndOfText = idText is null,
            };
            using CausalLanguageModel? draft = parsed.GetValue(draftModel) is { } small
                ? await ModelSource.LoadAsync(small, parsed.GetValue(backend)!, parsed.GetValue(threads), cancellationToken)
                : null;
            CausalLanguageModelOptions decoding = new()
            {
                ForcedTokens = !parsed.GetValue(tokenByToken),
                Speculation = draft is not null || parsed.GetValue(lookup) ? new SpeculationOptions { PromptLookup = parsed.GetValue(lookup), DraftModel = draft } : null,
                ContextShift = parsed.GetValue(shift) ? new ContextShift() : null,
            };
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(
                parsed.GetValue(model)!, parsed.GetValue(backend)!, parsed.GetValue(threads), decoding, cancellationToken);
            options = options with { Adapter = ModelSource.Adapt(loaded, parsed.GetValue(adapter)) };
            IAsyncEnumerable<GenerationUpdate> updates = idText is null
                ? loaded.GenerateAsync(Prompt.Continue(text!), options, cancellationToken)
                : loaded.GenerateAsync(IdList.Parse(idText), options, cancellationToken);
            await WriteAsync(loaded, updates, parsed.GetValue(json), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task WriteAsync(CausalLanguageModel model, IAsyncEnumerable<GenerationUpdate> updates, bool json, CancellationToken cancellationToken)
    {
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan? first = null;
        StringBuilder text = new();
        List<int> ids = [];
        GenerationUpdate? last = null;
        try
        {
            await foreach (GenerationUpdate update in updates)
            {
                if (update.Tokens.Count > 0)
                {
                    first ??= clock.Elapsed;
                }

                ids.AddRange(update.Tokens.Select(token => token.Id));
                text.Append(update.Text);
                last = update;
                if (!json)
                {
                    Console.Out.Write(Printable.Text(update.Text));
                    Console.Out.Flush();
                }
            }

            End(last?.Finish is { } finish ? JsonNamingPolicy.CamelCase.ConvertName(finish.ToString()) : null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was generated until then is kept.
            End("cancelled");
            throw;
        }

        void End(string? finish)
        {
            if (!json)
            {
                Console.Out.WriteLine();
                return;
            }

            // The first token falls out of the prefill; the rest are decoded one by one.
            TimeSpan prefill = first ?? clock.Elapsed;
            int? promptTokens = last?.Usage?.PromptTokens;
            JsonLines.Write(new JsonObject
            {
                ["type"] = "result",
                ["ids"] = JsonLines.Array(ids),
                ["text"] = text.ToString(),
                ["finish"] = finish,
                ["promptTokens"] = promptTokens,
                ["prefillTokensPerSecond"] = Rate(promptTokens ?? 0, prefill),
                ["decodeTokensPerSecond"] = Rate(ids.Count - 1, clock.Elapsed - prefill),
                ["forcedTokens"] = model.Statistics.Forced,
                ["proposedTokens"] = model.Statistics.Proposed,
                ["acceptedTokens"] = model.Statistics.Accepted,
            });
        }
    }

    private static double? Rate(int tokens, TimeSpan time) => tokens > 0 && time > TimeSpan.Zero ? Math.Round(tokens / time.TotalSeconds, 1) : null;

    private static JsonElement ReadSchema(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"'{path}' is no JSON: {exception.Message}", exception);
        }
    }
}
