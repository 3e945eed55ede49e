using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace HandyBackup.Sources.Files.Tests;

/// <summary>
/// Runs code as the user "nobody": on Linux the raw system calls change the rights of one thread only (credentials(7), "POSIX threads …"),
/// so the test process stays what it is. The code must not wait for anything that would go on on another thread.
/// </summary>
internal static partial class UnprivilegedThread
{
    private const long Nobody = 65534;

    public static void RunOrSkip(Action action)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Becoming another user needs root.");
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // setgroups, setresgid, setresuid.
                Assert.Equal(0, SystemCall(isArm ? 159 : 116, 0, 0, 0));
                Assert.Equal(0, SystemCall(isArm ? 149 : 119, Nobody, Nobody, Nobody));
                Assert.Equal(0, SystemCall(isArm ? 147 : 117, Nobody, Nobody, Nobody));
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "The code did not come to an end.");
        failure?.Throw();
    }

    /// <summary>The result of something that is complete already.</summary>
    public static T Now<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Makes sure that something is complete already.</summary>
    public static void Now(ValueTask task)
    {
        Assert.True(task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    /// <summary>The result of something that is complete already.</summary>
    public static T Now<T>(Task<T> task) => Now(new ValueTask<T>(task));

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long first, long second, long third);
}
