using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Agents;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SuspendAgentTests() : AgentAdmissionTests("Suspend-HBAgent", "IAgents.SuspendAsync", AgentStatus.Suspended);
