using System.CommandLine;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;

namespace TrainMini.Commands;

/// <summary><c>pack</c>: writes a checkpoint in half precision, with the hash of the tools, to where the package embeds it.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> model = new("--model") { Description = "A checkpoint folder, such as RUN/best.", Required = true };
        Option<DirectoryInfo> output = new("--output") { Description = "For instance src/AutoGpt.Sdk.Models.Mini/Weights.", Required = true };
        Command command = new("pack", "Makes the embedded files of a checkpoint.") { model, output };
        command.SetAction(parsed =>
        {
            using ModelFolder folder = ModelFolder.Open(parsed.GetValue(model)!.FullName);
            string target = parsed.GetValue(output)!.FullName;
            Directory.CreateDirectory(target);
            string scratch = Directory.CreateTempSubdirectory("mini-pack-").FullName;
            string tools = ToolSchemaHash.Compute(WorkspaceTools.Create(Workspace.Open(scratch)));
            Directory.Delete(scratch);
            SafetensorsWriter.Write(
                Path.Combine(target, "model.safetensors"),
                folder.Tensors.Names.Select(name => Halve(folder.Tensors, name)),
                new Dictionary<string, string> { [MiniModel.ToolsKey] = tools });
            foreach (string file in (string[])["config.json", "tokenizer.json"])
            {
                File.Copy(Path.Combine(parsed.GetValue(model)!.FullName, file), Path.Combine(target, file), overwrite: true);
            }

            Console.WriteLine($"{folder.Config.ParameterCount()} parameters, {new DirectoryInfo(target).GetFiles().Sum(file => file.Length)} bytes, tools {tools}");
        });
        return command;
    }

    private static TensorView Halve(ITensorSource tensors, string name)
    {
        tensors.TryGet(name, out TensorView tensor);
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        byte[] bytes = new byte[2 * values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * index), (Half)values[index]);
        }

        return new TensorView(name, TensorType.F16, tensor.Shape, bytes);
    }
}
