using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Agent;

/// <summary>What the command line says.</summary>
public sealed record AgentArguments
{
    /// <summary>How to call the program.</summary>
    public const string Usage = """
        Usage: hb-agent describe
               hb-agent list <source> [<path>] [--recurse] [--options <file>]

        Shows what an agent on this machine, under this account, could back up.
        describe   the sources it has and their options, as JSON
        list       what a source shows at a path; options are read from a JSON file, since a command line is open to everybody
        """;

    /// <summary>True for <c>describe</c>.</summary>
    public bool Describe { get; init; }

    /// <summary>What <c>list</c> should show; null for <c>describe</c>.</summary>
    public LiveItemQuery? List { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not as <see cref="Usage"/> says.</exception>
    public static AgentArguments Parse(string[] arguments) => arguments switch
    {
        ["describe"] => new AgentArguments { Describe = true },
        ["list", string source, .. string[] rest] when !source.StartsWith('-') => ParseList(source, rest),
        _ => throw Invalid(arguments.Length > 0 ? arguments[0] : "", "The command is missing or unknown."),
    };

    private static AgentArguments ParseList(string source, string[] rest)
    {
        string? path = null;
        bool recurse = false;
        IReadOnlyDictionary<string, JsonElement> options = new Dictionary<string, JsonElement>();
        for (int i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case "--recurse":
                    recurse = true;
                    break;
                case "--options" when i + 1 < rest.Length:
                    options = ReadOptions(rest[++i]);
                    break;
                case string argument when path is null && !argument.StartsWith("--", StringComparison.Ordinal):
                    path = argument;
                    break;
                default:
                    throw Invalid(rest[i], $"'{rest[i]}' is not understood.");
            }
        }

        var selection = new SourceSelection { Source = source, Options = options };
        return new AgentArguments { List = new LiveItemQuery { Selection = selection, Path = path ?? "", Recurse = recurse } };
    }

    private static Dictionary<string, JsonElement> ReadOptions(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file)) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Invalid(file, $"The options file '{file}' cannot be used: {exception.Message}");
        }
    }

    private static HandyBackupException Invalid(string target, string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = target, Advice = Usage };
}
