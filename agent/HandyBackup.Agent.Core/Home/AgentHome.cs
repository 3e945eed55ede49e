using System.Runtime.Versioning;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Local;

namespace HandyBackup.Agent.Core.Home;

/// <summary>
/// The agent's data folder: settings, credential, state files. It holds a private key, so nobody but the agent's user may enter it; on Windows nobody but the
/// system and the administrators. Immutable; safe to share.
/// </summary>
/// <param name="path">The folder, absolute.</param>
public sealed class AgentHome(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Where the data folder is unless somebody chose another.</summary>
    public static string DefaultPath => OperatingSystem.IsWindows()
        ? System.IO.Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "HandyBackup", "Agent")
        : "/var/lib/handybackup-agent";

    /// <summary>The folder, absolute.</summary>
    public string Path { get; } = path;

    /// <summary>The settings, which people may edit: <c>agent.json</c>. No secret is in it.</summary>
    public string SettingsFile => System.IO.Path.Join(Path, "agent.json");

    /// <summary>The agent's key and certificate and its server's certification authority: <c>credential.pem</c>.</summary>
    public string CredentialFile => System.IO.Path.Join(Path, "credential.pem");

    /// <summary>The key of an enrolment that has not ended yet: <c>enrollment-key.pem</c>.</summary>
    public string EnrollmentKeyFile => System.IO.Path.Join(Path, "enrollment-key.pem");

    /// <summary>What the running agent says of itself: <c>status.json</c>.</summary>
    public string StatusFile => System.IO.Path.Join(Path, "status.json");

    /// <summary>Since when backups wait for better conditions: <c>waiting.json</c>.</summary>
    public string WaitingFile => System.IO.Path.Join(Path, "waiting.json");

    /// <summary>The folder of the state files of tasks.</summary>
    public string StateFolder => System.IO.Path.Join(Path, "agent-state");

    /// <summary>Makes the folder, or closes an existing one to others.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentHomeUnusable"/>.</exception>
    public void Prepare()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                WindowsHomeAccess.Prepare(this);
            }
            else
            {
                PrepareUnix();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(exception.Message, exception);
        }
    }

    /// <summary>The error for a folder that cannot serve.</summary>
    internal HandyBackupException Unusable(string reason, Exception? cause) =>
        new(ErrorCode.AgentHomeUnusable, $"The agent's data folder '{Path}' cannot be used: {reason}", cause)
        {
            Target = Path,
            Advice = "Run the command as administrator, or choose with --data-path a folder on a local disk that belongs to the user that runs the agent.",
        };

    [UnsupportedOSPlatform("windows")]
    private void PrepareUnix()
    {
        Directory.CreateDirectory(Path, OwnerOnly);
        uint owner = UnixIdentity.OwnerOf(Path);
        if (owner != UnixIdentity.Current)
        {
            throw Unusable($"it belongs to user {owner}, and the agent runs as user {UnixIdentity.Current}.", cause: null);
        }

        if (File.GetUnixFileMode(Path) != OwnerOnly)
        {
            File.SetUnixFileMode(Path, OwnerOnly);
        }
    }
}
