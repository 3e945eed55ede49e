namespace HandyBackup.Module.Agents.Machines;

/// <summary>How a run of the agent's program ended.</summary>
/// <param name="ExitCode">As the installation tools of Windows know it, on Linux too.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record AgentProgramResult(int ExitCode, string Output, string Errors)
{
    private const int Failed = 1603;
    private const int RestartNeededCode = 3010;
    private const int WrongArguments = 1;

    private const string Prefix = "hb-agent: ";

    private static readonly char[] s_lineEnds = ['\r', '\n'];

    /// <summary>True if it did its work.</summary>
    public bool IsSuccess => ExitCode is 0 or RestartNeededCode;

    /// <summary>True if its work is complete only when the machine has restarted.</summary>
    public bool IsRestartNeeded => ExitCode == RestartNeededCode;

    /// <summary>What it complained of, in one line.</summary>
    public string Complaint
    {
        get
        {
            string text = Errors.Trim().Length > 0 ? Errors.Trim() : Output.Trim();
            text = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.Substring(Prefix.Length) : text;

            // After wrong arguments all that it can do follows.
            text = ExitCode == WrongArguments ? text.Split(s_lineEnds)[0] : text;
            return text.Length > 0 ? ToldText.Join(text) : "it said nothing.";
        }
    }

    /// <summary>A result from what the machine said. On Linux an exit code has eight bits.</summary>
    public static AgentProgramResult Create(int exitCode, string output, string errors, bool isLinux) =>
        new(isLinux && exitCode == (Failed & 0xFF) ? Failed : exitCode, output, errors);
}
