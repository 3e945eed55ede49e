using System.Text.Json;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Parts the options of a task's source into those that may be shown and the secret ones, which are sealed, and puts them together again for
/// the agent. Option names are compared without regard to case and kept in the source's own spelling.
/// </summary>
internal sealed class TaskOptions(SecretSealer sealer)
{
    private static readonly JsonElement s_hidden = JsonDocument.Parse("null").RootElement.Clone();

    /// <summary>The record of a task whose definition has its secrets in the open.</summary>
    public TaskRecord Protect(TaskRecord task, SourceDescription source)
    {
        var shown = new Dictionary<string, JsonElement>();
        var secrets = new Dictionary<string, JsonElement>();
        foreach ((string name, JsonElement value) in task.Definition.Selection.Options)
        {
            SourceOptionDescription? option = source.Options.FirstOrDefault(option => string.Equals(option.Name, name, StringComparison.OrdinalIgnoreCase));
            string key = option?.Name ?? name;
            if (option is { IsSecret: true } && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                secrets[key] = value;
                shown[key] = s_hidden;
            }
            else
            {
                shown[key] = value;
            }
        }

        return task with
        {
            Definition = WithOptions(task.Definition, shown),
            SealedOptions = secrets.Count == 0
                ? null
                : sealer.Seal(JsonSerializer.Serialize(secrets, TaskOptionsJson.Default.DictionaryStringJsonElement), SecretSealer.TaskOptions(task.Id)),
        };
    }

    /// <summary>The definition of a task with its secrets in the open: for the agent, never for a panel or a log.</summary>
    public TaskDefinition Reveal(TaskRecord task)
    {
        if (task.SealedOptions is null)
        {
            return task.Definition;
        }

        string json = sealer.Open(task.SealedOptions, SecretSealer.TaskOptions(task.Id));
        var options = new Dictionary<string, JsonElement>(task.Definition.Selection.Options);
        foreach ((string name, JsonElement value) in JsonSerializer.Deserialize(json, TaskOptionsJson.Default.DictionaryStringJsonElement)!)
        {
            options[name] = value;
        }

        return WithOptions(task.Definition, options);
    }

    /// <summary>Options with changes: a JSON null takes one away.</summary>
    public static Dictionary<string, JsonElement> Merge(IReadOnlyDictionary<string, JsonElement> options, IReadOnlyDictionary<string, JsonElement> changes)
    {
        var merged = new Dictionary<string, JsonElement>(options, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, JsonElement value) in changes)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value;
            }
        }

        return merged;
    }

    private static TaskDefinition WithOptions(TaskDefinition definition, Dictionary<string, JsonElement> options) =>
        definition with { Selection = definition.Selection with { Options = options } };
}
