using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// The folder of the agent's state files: one for each task and repository, with what the items of the last snapshot looked like, so that what is unchanged
/// is recognized without the repository. Files can be removed at any time; only their owner may read them, since they tell names. Safe for several threads.
/// </summary>
public sealed partial class AgentStates
{
    private const string Suffix = ".state";
    private const string UnfinishedSuffix = ".new";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // Nobody says when a task is gone for good.
    private static readonly TimeSpan s_unusedLimit = TimeSpan.FromDays(200);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="folder">The folder, absolute; made when it is needed.</param>
    /// <param name="time">The clock that tells which files are no longer used.</param>
    /// <param name="logger">Is told of files that cannot be used.</param>
    public AgentStates(string folder, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _time = time;
        _logger = logger;
    }

    /// <summary>True for what a disk that is full, read-only or broken makes, or a damaged file on it.</summary>
    internal static bool IsFault(Exception exception) => exception is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>Removes a file if the system lets it.</summary>
    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // The next run tries again.
        }
    }

    /// <summary>Opens the state for a run; the caller disposes it.</summary>
    /// <returns>Null if the order asks for none.</returns>
    internal AgentState? Open(BackupOrder order)
    {
        if (order.State is not { } key)
        {
            return null;
        }

        // Keyed, because options may hold passwords, whose plain hash could be guessed at.
        string path = Path.Join(_folder, Digest(order, $"{key.Repository} {key.Task}").ToString() + Suffix);
        Sha256Hash digest = Digest(order, $"{key.Repository} {key.Task} {Describe(order.Selection)}");
        RemoveUnused();
        return new AgentState(this, path, digest, key.RepairEpoch, order.Full || order.PreviousTree is null ? null : OpenOld(path, digest, order));
    }

    /// <summary>Makes a file for a writer, locked so that others leave it alone.</summary>
    internal SafeFileHandle CreateUnfinished(out string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, OwnerFolder);
        }

        path = Path.Join(_folder, Guid.NewGuid().ToString("N") + UnfinishedSuffix);
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        if (!OperatingSystem.IsWindows())
        {
            // Nothing is in it yet, and the folder is closed to others.
            File.SetUnixFileMode(file, OwnerFile);
        }

        return file;
    }

    /// <summary>Notes that a file was of use.</summary>
    internal void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // Then it is removed earlier.
        }
    }

    /// <summary>Notes that a file cannot be read or written.</summary>
    internal void NoteFault(string path, Exception exception) => LogFault(Path.GetFileName(path), exception.Message);

    private static Sha256Hash Digest(BackupOrder order, string text) => new(HMACSHA256.HashData(order.ChunkerKey.Span, Encoding.UTF8.GetBytes(text)));

    private static string Describe(SourceSelection selection)
    {
        IEnumerable<string> options = selection.Options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key}={option.Value.GetRawText()}");
        return string.Join('\0', [selection.Source, .. selection.Paths, "", .. options]);
    }

    private StateFile? OpenOld(string path, Sha256Hash digest, BackupOrder order)
    {
        try
        {
            StateFile file = StateFile.Open(path);
            StateHeader header = file.Header;
            if (header.Order == digest && header.Root.Subtree == order.PreviousTree && header.RepairEpoch == order.State!.RepairEpoch)
            {
                return file;
            }

            file.Dispose();
            LogOther(Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first run, or somebody removed it.
        }
        catch (Exception exception) when (IsFault(exception))
        {
            NoteFault(path, exception);
        }

        return null;
    }

    // What crashed writers left, and files of tasks that are no more.
    private void RemoveUnused()
    {
        try
        {
            DateTime limit = (_time.GetUtcNow() - s_unusedLimit).UtcDateTime;
            foreach (string path in Directory.Exists(_folder) ? Directory.GetFiles(_folder) : [])
            {
                if (path.EndsWith(UnfinishedSuffix, StringComparison.Ordinal))
                {
                    TryDeleteUnfinished(path);
                }
                else if (path.EndsWith(Suffix, StringComparison.Ordinal) && File.GetLastWriteTimeUtc(path) < limit)
                {
                    TryDelete(path);
                }
            }
        }
        catch (Exception exception) when (IsFault(exception))
        {
            NoteFault(_folder, exception);
        }
    }

    private static void TryDeleteUnfinished(string path)
    {
        try
        {
            // Who is writing it holds a lock, and then this fails.
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            // Another run writes it.
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The state file {File} is of another snapshot, selection or state of the repository; items are compared with the snapshot instead.")]
    private partial void LogOther(string file);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The state file {File} cannot be used, items are compared with the snapshot instead: {Reason}")]
    private partial void LogFault(string file, string reason);
}
