using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Architecture;

namespace AutoGpt.Sdk.Training.Tests.Tasks;

public sealed class TaskModelTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog";
    private static readonly ITokenizer s_tokenizer = CharacterTokenizer.FromText(Text);
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-tasks-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_classifier_survives_its_folder([Values] bool causal)
    {
        using TextClassifier model = Classifier(causal);
        model.Save(_folder);
        using TextClassifier loaded = TextClassifier.Load(_folder);
        string[] texts = ["the fox", "lazy", "over the dog"];
        IReadOnlyList<Classification> said = model.Classify(texts);
        IReadOnlyList<Classification> again = loaded.Classify(texts);
        Assert.That(loaded.Network.Trunk, causal ? Is.TypeOf<CausalTransformer>() : Is.TypeOf<EncoderTransformer>());
        foreach ((Classification one, Classification other, string text) in said.Zip(again, texts))
        {
            Assert.That(other.Probabilities, Is.EqualTo(one.Probabilities));
            Assert.That(one.Probabilities.Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(one.Label, Is.EqualTo(model.Labels[one.Probabilities.ToList().IndexOf(one.Probabilities.Max())]));

            // What others are beside it in the batch does not matter.
            Assert.That(model.Classify(text).Probabilities.Zip(one.Probabilities, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(1e-5));
        }

        Assert.That(said.Select(each => each.Probabilities[0]).Distinct().Count(), Is.EqualTo(3), "it reads the texts");
        Assert.That(model.Classify(string.Concat(Enumerable.Repeat(Text, 3))).Probabilities, Has.Count.EqualTo(3), "a text longer than the context is cut");
        Assert.That(() => model.Classify(""), Throws.ArgumentException.With.Message.Contains("empty"));
    }

    [Test]
    public void A_masked_model_survives_its_folder()
    {
        using MaskedLanguageModel model = new(new EncoderTransformer(Config(1)).Randomized(), s_tokenizer);
        model.Save(_folder);
        using MaskedLanguageModel loaded = MaskedLanguageModel.Load(_folder);
        int[] ids = s_tokenizer.Encode("the fox");
        ids[1] = ids[5] = model.MaskId;
        IReadOnlyList<IReadOnlyList<(int Id, float Probability)>> guesses = model.Foresee(ids, top: 3);
        Assert.That(guesses.Select(each => each.Count), Is.EqualTo(new[] { 3, 3 }));
        Assert.That(guesses[0].Select(guess => guess.Probability), Is.Ordered.Descending);
        Assert.That(loaded.Foresee(ids, top: 3), Is.EqualTo(guesses));
        Assert.That(() => model.Foresee(s_tokenizer.Encode("fox")), Throws.ArgumentException.With.Message.Contains("hidden"));
        Assert.That(() => new MaskedLanguageModel(new EncoderTransformer(Config(0)), s_tokenizer), Throws.ArgumentException.With.Message.Contains("1 more"));
    }

    [Test]
    public async Task A_text_to_text_model_survives_its_folder_and_is_a_language_model()
    {
        using TextToTextModel model = new(new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = Config(1), Decoder = Config(1) }).Randomized(), s_tokenizer);
        model.Save(_folder);
        using TextToTextModel loaded = TextToTextModel.Load(_folder);
        string said = model.Transform("the fox");
        Assert.That(loaded.Transform("the fox"), Is.EqualTo(said));
        Assert.That(new[] { "lazy", "dog", "jumps over" }.Select(text => model.Transform(text)).Append(said).Distinct().Count(), Is.GreaterThan(1), "it reads the texts");
        Completion completion = await loaded.CompleteAsync(Prompt.Continue("the fox"));
        Assert.That(completion.Text, Is.EqualTo(said));
        Assert.That(completion.Usage.PromptTokens, Is.EqualTo(8));
        Assert.That(async () => await loaded.CompleteAsync(Prompt.Continue("x"), new GenerationOptions { Sampling = new SamplingOptions() }), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Sampling"));
        Assert.That(async () => await loaded.CompleteAsync(Prompt.Continue(Text)), Throws.InstanceOf<AutoGptException>().With.Message.Contains("44 tokens"));
        Assert.That((loaded as ILanguageModel).GetService(typeof(ITokenizer)), Is.SameAs(loaded.Tokenizer));
    }

    [Test]
    public void A_folder_of_another_kind_and_a_damaged_one_are_refused()
    {
        using (TextClassifier model = Classifier(causal: false))
        {
            model.Save(_folder);
        }

        Assert.That(() => MaskedLanguageModel.Load(_folder), Throws.TypeOf<CheckpointException>().With.Message.Contains("'autogpt-classifier'; 'autogpt-masked' is expected"));
        Assert.That(() => ModelFolder.Open(_folder), Throws.TypeOf<CheckpointException>().With.Message.Contains("autogpt-classifier"));
        string config = Path.Combine(_folder, "config.json");
        string text = File.ReadAllText(config);
        foreach ((string from, string to, string said) in new[]
        {
            ("\"labels\"", "\"levels\"", "'labels' is missing"), ("\"encoder\"", "\"sideways\"", "'sideways'"), ("\"network\"", "\"net\"", "'network' is missing"), ("\"bad\"", "\"good\"", "twice"), ("{", "{{", "not valid"),
        })
        {
            File.WriteAllText(config, text.Replace(from, to, StringComparison.Ordinal));
            Assert.That(() => TextClassifier.Load(_folder), Throws.TypeOf<CheckpointException>().With.Message.Contains(said), said);
        }

        File.WriteAllText(config, text);
        File.Delete(Path.Combine(_folder, "model.safetensors"));
        Assert.That(() => TextClassifier.Load(_folder), Throws.TypeOf<CheckpointException>().With.Message.Contains("model.safetensors"));
        Assert.That(() => TextClassifier.Load(Path.Combine(_folder, "nothing")), Throws.TypeOf<CheckpointException>());
    }

    [Test]
    public void Labels_must_fit_the_network()
    {
        using SequenceClassifier network = new(new EncoderTransformer(Config(0)), 3);
        Assert.That(() => new TextClassifier(network, s_tokenizer, ["good", "bad"]), Throws.ArgumentException.With.Message.Contains("2 labels for 3"));
        Assert.That(() => new TextClassifier(network, s_tokenizer, ["good", "bad", "bad"]), Throws.ArgumentException.With.Message.Contains("'bad' is there twice"));
    }

    private static TransformerConfig Config(int further) => Shapes.Llama with { ContextLength = 40, VocabularySize = s_tokenizer.VocabularySize + further };

    private static TextClassifier Classifier(bool causal) => new(
        new SequenceClassifier(causal ? new CausalTransformer(Config(0)) : new EncoderTransformer(Config(0)), 3).Randomized(), s_tokenizer, ["good", "bad", "neither"]);
}
