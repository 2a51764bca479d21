using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// The next token, given those before it (Bengio et al. 2003; Radford et al. 2018): pre-training on text, and instruction tuning where the source leaves the prompts' targets out
/// (<see cref="TokenBatch.Ignored"/>).
/// </summary>
public sealed class CausalObjective : ITrainingObjective
{
    private readonly CausalTransformer _model;
    private readonly IBatchSource _source;
    private readonly ITokenizer? _tokenizer;

    /// <summary>Creates the objective.</summary>
    /// <param name="model">The network, which is trained in place; the caller keeps it.</param>
    /// <param name="source">The data.</param>
    /// <param name="tokenizer">Goes into what is saved, which then is a model folder. Without one weights alone are saved.</param>
    /// <exception cref="ArgumentException">Rows are longer than the context.</exception>
    public CausalObjective(CausalTransformer model, IBatchSource source, ITokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        if (source.MaximumLength > model.Config.ContextLength)
        {
            throw new ArgumentException($"Rows have up to {source.MaximumLength} tokens; the network's context is {model.Config.ContextLength}.", nameof(source));
        }

        (_model, _source, _tokenizer) = (model, source, tokenizer);
        JsonNode settings = NetworkSettings.Of(model.Config, model.Precision, model.Dropout);
        settings["objective"] = "causal";
        Settings = settings;
    }

    /// <inheritdoc />
    public Module Network => _model;

    /// <inheritdoc />
    public string Fingerprint => _source.Fingerprint;

    /// <inheritdoc />
    public JsonNode Settings { get; }

    /// <summary>Longest row, in tokens.</summary>
    internal int MaximumLength => _source.MaximumLength;

    /// <inheritdoc />
    public bool IsRandom => _model.Dropout > 0;

    /// <inheritdoc />
    public TrainingStep GetTrainingStep(long index) => Step(_source.GetTrainingBatch(index));

    /// <inheritdoc />
    public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => _source.GetValidationBatches(maximum).Select(Step);

    /// <inheritdoc />
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (_tokenizer is null)
        {
            NetworkFile.Save(folder, _model.CopyWeights());
        }
        else
        {
            ModelFolder.Save(folder, _model.Config, _tokenizer, _model.CopyWeights());
        }
    }

    /// <inheritdoc />
    public void Load(string folder) => NetworkFile.Load(folder, _model.LoadWeights);

    private TrainingStep Step(TokenBatch batch) => new(batch.TargetCount, batch.TokenCount, () => CausalLoss.Sum(_model, batch)) { Describe = () => Describe(batch) };

    private JsonObject Describe(TokenBatch batch) => new()
    {
        ["rows"] = new JsonArray([.. Enumerable.Range(0, batch.Rows).Select(row =>
        {
            int[] ids = [.. batch.Ids.Skip(row * batch.Length).Take(batch.Length)];
            return new JsonObject
            {
                ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]),
                ["targets"] = new JsonArray([.. batch.Targets.Skip(row * batch.Length).Take(batch.Length).Select(id => JsonValue.Create(id))]),
                ["text"] = _tokenizer?.Decode(ids),
            };
        })]),
    };
}
