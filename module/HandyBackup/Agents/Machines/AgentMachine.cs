using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Starting;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>What is done on a machine to install or remove its agent, all of it by scripts in one runspace there. Errors name the machine.</summary>
/// <param name="runspace">The runspace, opened.</param>
/// <param name="name">The machine's name.</param>
internal sealed class AgentMachine(Runspace runspace, string name)
{
    // Below the limits that PowerShell sets for objects and for all that one command receives; each part is a command of its own.
    private const int PartSize = 1024 * 1024;

    private static readonly TimeSpan s_removeLimit = TimeSpan.FromSeconds(30);

    private readonly RunspaceCall _call = new(runspace, name);

    /// <summary>The machine's name.</summary>
    public string Name => name;

    /// <summary>Asks the machine what it is.</summary>
    /// <param name="programPath">Where the program lies or is to lie; null for the usual place.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.MachineUnsuitable"/>: no agent can be installed there, or not by this account.</exception>
    public async Task<MachineDescription> DescribeAsync(string? programPath, CancellationToken cancellationToken)
    {
        PSObject? said = await _call.RunAsync(MachineScript.Describe, [programPath], cancellationToken);
        if (Text(said, "Runtime") is not { Length: > 0 } runtime)
        {
            throw Unsuitable($"{name} runs {ToldText.Join(Text(said, "System") ?? "an unknown system")}, and there is no agent for that.", "Agents run on Windows and Linux, with x64 or arm64 processors.");
        }

        var description = new MachineDescription(runtime, Text(said, "Parent") ?? "");
        if (said!.Properties["IsAdministrator"]?.Value is not true)
        {
            string user = Text(said, "UserName") ?? "";
            throw description.IsLinux
                ? Unsuitable($"The user '{user}' on {name} is not root.", "Only root installs services: log in as root, or let the SSH server start PowerShell for this user through sudo.")
                : Unsuitable($"The user '{user}' on {name} is no administrator, or this PowerShell is not elevated.", "Use an account that is an administrator of the machine; on this machine, start PowerShell as administrator.");
        }

        return description;
    }

    /// <summary>Copies a package to the machine, where it is compared before anything is made of it.</summary>
    /// <returns>The folder with the program.</returns>
    /// <param name="package">The package.</param>
    /// <param name="folder">A folder that does not exist yet. Whatever happens, <see cref="RemoveAsync"/> removes it.</param>
    /// <param name="isLinux">Whether the machine runs Linux.</param>
    /// <param name="progress">Gets the bytes that were sent, and all there are.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentPackageUnusable"/> if it did not arrive as it was sent.</exception>
    public async Task<string> CopyAsync(AgentPackage package, string folder, bool isLinux, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using PackageArchive archive = await PackageArchive.CreateAsync(package, cancellationToken);
        await _call.RunAsync(MachineScript.BeginCopy, [folder], cancellationToken);
        long sent = 0;
        while (archive.Read(PartSize) is { Length: > 0 } part)
        {
            await _call.RunAsync(MachineScript.Append, [folder, sent, part], cancellationToken);
            sent += part.Length;
            progress(sent, archive.Length);
        }

        object?[] arguments = [folder, archive.Hash.ToString(), archive.Names.ToArray(), archive.Times.Select(time => time.Ticks).ToArray()];
        PSObject? unpacked = await _call.RunAsync(MachineScript.Unpack, arguments, cancellationToken);
        return unpacked?.BaseObject is true
            ? ProgramFolder(folder, isLinux)
            : throw new HandyBackupException(ErrorCode.AgentPackageUnusable, $"The package did not arrive on {name} as it was sent: its SHA-256 is another one. It was not run.")
            {
                Target = name,
                Advice = "Try again; if it happens again, look at the machine's disk and memory, and at who else writes there.",
            };
    }

    /// <summary>Copies the installed program to another folder of the machine.</summary>
    /// <returns>The folder with the copy.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotInstalled"/>.</exception>
    public async Task<string> CopyInstalledAsync(string? programPath, string folder, bool isLinux, CancellationToken cancellationToken)
    {
        await _call.RunAsync(MachineScript.BeginCopy, [folder], cancellationToken);
        PSObject? copied = await _call.RunAsync(MachineScript.CopyInstalled, [folder, programPath], cancellationToken);
        return copied?.BaseObject is true
            ? ProgramFolder(folder, isLinux)
            : throw new HandyBackupException(ErrorCode.AgentNotInstalled, $"No agent is installed on {name}{(programPath is null ? "" : $" in '{programPath}'")}.")
            {
                Target = name,
                Advice = "If it was installed in another folder, name that with -ProgramPath.",
            };
    }

    /// <summary>Runs the agent's program.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="arguments">Its command line. Everybody on the machine can read it.</param>
    /// <param name="token">What it reads from standard input; null for nothing.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="isLinux">Whether the machine runs Linux.</param>
    /// <param name="cancellationToken">Stops it; it takes back what it did.</param>
    public async Task<AgentProgramResult> RunAsync(string folder, IEnumerable<string> arguments, SecureString? token, TimeSpan limit, bool isLinux, CancellationToken cancellationToken)
    {
        PSObject? said = await _call.RunAsync(MachineScript.Run, [folder, CommandLine.Join(arguments), token, (int)Math.Ceiling(limit.TotalSeconds)], cancellationToken);
        return AgentProgramResult.Create(said?.Properties["ExitCode"]?.Value is int code ? code : -1, Text(said, "Output") ?? "", Text(said, "Errors") ?? "", isLinux);
    }

    /// <summary>Removes a copy; also after Ctrl+C, so there is no token.</summary>
    /// <returns>Why it could not be removed; null if it is gone.</returns>
    public async Task<string?> RemoveAsync(string folder)
    {
        using var limit = new CancellationTokenSource(s_removeLimit);
        try
        {
            await _call.RunAsync(MachineScript.EndCopy, [folder], limit.Token);
            return null;
        }
        catch (HandyBackupException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return $"{name} did not answer.";
        }
    }

    private static string ProgramFolder(string folder, bool isLinux) => folder + (isLinux ? "/package" : @"\package");

    private static string? Text(PSObject? said, string property) => said?.Properties[property]?.Value as string;

    private HandyBackupException Unsuitable(string message, string advice) => new(ErrorCode.MachineUnsuitable, message) { Target = name, Advice = advice };
}
