using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What is to be backed up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface ITasks : IDisposable
{
    /// <summary>Makes a task. The source's options are checked by the agent; of a group, by one member that is connected and has the source.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskExists"/>, <see cref="ErrorCode.AgentGroupNotFound"/>, <see cref="ErrorCode.AgentGroupOffline"/> if no
    /// such member is connected, or what the source finds wrong.</exception>
    [Requires(Permission.ManageTasks, Narrowable = true)]
    Task<TaskInfo> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Lists tasks by name.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Changes a task.</summary>
    [Requires(Permission.ManageTasks, Narrowable = true)]
    Task<TaskInfo> UpdateAsync(UpdateTaskRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a task. Its snapshots stay.</summary>
    [Requires(Permission.ManageTasks, Narrowable = true)]
    Task RemoveAsync(TaskReference task, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a run of the task for its agent, or one for each member that its group has at this moment. Members that are not connected get one too: it fails if they
    /// are not there when its turn comes.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskBusy"/> if a run of the task is under way for its agent, <see cref="ErrorCode.AgentGroupEmpty"/> if the
    /// group has no members, or <see cref="ErrorCode.AgentNotInGroup"/> if an agent is named that is none.</exception>
    [Requires(Permission.Operate, Narrowable = true)]
    Task<StartedTask> StartAsync(StartTaskRequest request, CancellationToken cancellationToken);
}
