using System.Globalization;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Home;

/// <summary>
/// Holds <c>agent.lock</c> open for itself alone, so that two agents never work in one data folder. The system lets go of it when the process ends, however
/// it ends. The process id in it is for people.
/// </summary>
public sealed class AgentHomeLock : IDisposable
{
    private const string FileName = "agent.lock";
    private const int Attempts = 20;
    private static readonly TimeSpan s_betweenAttempts = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private AgentHomeLock(FileStream file) => _file = file;

    /// <summary>Takes the lock. Waits a second for one that ends, or that only looked whether somebody has it.</summary>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.AgentHomeInUse"/> if another agent has it, <see cref="ErrorCode.AgentHomeUnusable"/> if the file cannot be written.
    /// </exception>
    public static async Task<AgentHomeLock> AcquireAsync(AgentHome home, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return Acquire(home);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.AgentHomeInUse && attempt < Attempts)
            {
                await Task.Delay(s_betweenAttempts, time, cancellationToken);
            }
        }
    }

    /// <summary>True if some process works in the folder now.</summary>
    public static bool IsHeld(AgentHome home)
    {
        string path = Path.Join(home.Path, FileName);
        try
        {
            // Looks without making the file and without writing to it.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (IOException exception)
        {
            return IsHeldByAnother(exception);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _file.Dispose();

    private static AgentHomeLock Acquire(AgentHome home)
    {
        string path = Path.Join(home.Path, FileName);
        FileStream? file = null;
        try
        {
            // On Unix .NET takes an exclusive lock (flock) for None alone, and the lock keeps nobody from reading the process id.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            return new AgentHomeLock(file);
        }
        catch (IOException exception) when (file is null && IsHeldByAnother(exception))
        {
            throw new HandyBackupException(ErrorCode.AgentHomeInUse, $"Another agent already works in the data folder '{home.Path}'.", exception)
            {
                Target = home.Path,
                Advice = $"Stop it first, or choose another folder with --data-path. Its process id is in '{path}'.",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw home.Unusable(exception.Message, exception);
        }
    }

    // .NET reports a lock of another process as ERROR_SHARING_VIOLATION on Windows and as EWOULDBLOCK, which is 11 on Linux, elsewhere.
    private static bool IsHeldByAnother(IOException exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : 11);
}
