using System.Text.Json;

namespace HandyBackup.Agent.Core.Home;

/// <summary>The running agent's word on itself, in a file, since it listens to nobody but its server.</summary>
public static class AgentStatusFile
{
    /// <summary>Replaces the report. That it cannot be written stops no backup.</summary>
    public static void Write(AgentHome home, AgentStatusReport report)
    {
        try
        {
            DurableFile.Write(home.StatusFile, JsonSerializer.SerializeToUtf8Bytes(report, HomeJson.Default.AgentStatusReport));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it finds the old one, whose time says how old it is.
        }
    }

    /// <summary>Reads what the agent last said, whether it still runs or not.</summary>
    /// <returns>Null if it said nothing yet, or nothing that can be understood.</returns>
    public static AgentStatusReport? Read(AgentHome home)
    {
        try
        {
            return DurableFile.Read(home.StatusFile) is { } content ? JsonSerializer.Deserialize(content, HomeJson.Default.AgentStatusReport) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The status as JSON, for people and scripts.</summary>
    public static string Format(AgentHomeStatus status) => JsonSerializer.Serialize(status, HomeJson.Default.AgentHomeStatus);

    /// <summary>Forgets what an earlier agent said, so that nobody takes it for the next one's word.</summary>
    public static void Delete(AgentHome home)
    {
        try
        {
            File.Delete(home.StatusFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next agent writes its own.
        }
    }
}
