using System.Management.Automation;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Starting;

/// <summary>Finds the server's executable.</summary>
internal static class ServerProgram
{
    private const string Variable = "HANDYBACKUP_SERVER";

    private static readonly string s_fileName = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "hb-server.exe" : "hb-server";

    /// <summary>The executable: the given one, that of the environment, the one that came with the module, or the first in the search path.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerStartFailed"/> if there is none.</exception>
    public static string Find(PSCmdlet cmdlet, string? given)
    {
        if (given is not null)
        {
            return Existing(cmdlet.ResolvePath(given), "-ServerPath");
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
        {
            return Existing(cmdlet.ResolvePath(configured), "the environment variable " + Variable);
        }

        foreach (string folder in Folders())
        {
            string path = Path.Combine(folder, s_fileName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw Missing(s_fileName, $"The server program '{s_fileName}' was not found beside the module or in the search path.");
    }

    private static IEnumerable<string> Folders()
    {
        // <root>/module/HandyBackup/bin/<edition>/HandyBackup.Module.dll and <root>/server
        string module = Path.GetDirectoryName(typeof(ServerProgram).Assembly.Location)!;
        yield return Path.GetFullPath(Path.Combine(module, "..", "..", "..", "..", "server"));

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            // A relative entry would mean another program in each folder.
            if (folder.Length > 0 && Path.IsPathRooted(folder))
            {
                yield return folder;
            }
        }
    }

    // The folder means the program in it.
    private static string Existing(string path, string origin)
    {
        string program = Directory.Exists(path) ? Path.Combine(path, s_fileName) : path;
        return File.Exists(program) ? program : throw Missing(program, $"The server program '{program}', named by {origin}, does not exist.");
    }

    private static HandyBackupException Missing(string path, string message) => new(ErrorCode.ServerStartFailed, message)
    {
        Target = path,
        Advice = $"Name the server program with -ServerPath or the environment variable {Variable}.",
    };
}
