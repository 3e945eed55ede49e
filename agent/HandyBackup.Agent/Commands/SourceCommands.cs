using System.Globalization;
using System.Text.Json;
using HandyBackup.Agent.Core;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Commands;

/// <summary><c>describe</c> and <c>list</c>: what an agent on this machine, under this account, could back up.</summary>
internal static class SourceCommands
{
    /// <summary>Writes the agent's description.</summary>
    public static async Task DescribeAsync(AgentHost agent, TextWriter output, CancellationToken cancellationToken) =>
        await output.WriteLineAsync(JsonSerializer.Serialize(await agent.DescribeAsync(cancellationToken), AgentJson.Readable));

    /// <summary>Writes what a source shows.</summary>
    /// <exception cref="HandyBackupException">The source cannot show it, or the options cannot be used.</exception>
    public static async Task ListAsync(AgentHost agent, AgentArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var selection = new SourceSelection { Source = arguments.Words[0], Options = arguments.Find("--options") is { } file ? ReadOptions(file) : [] };
        var query = new LiveItemQuery { Selection = selection, Path = arguments.Words.ElementAtOrDefault(1) ?? "", Recurse = arguments.Has("--recurse") };
        await foreach (Item item in agent.ListItemsAsync(query, cancellationToken))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{item.Kind,-15} {item.Size,15} {item.Modified,-25:u} {item.Path}"));
        }
    }

    private static Dictionary<string, JsonElement> ReadOptions(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file)) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw AgentArguments.Invalid(file, $"The options file '{file}' cannot be used: {exception.Message}");
        }
    }
}
