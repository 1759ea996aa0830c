package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;

/** What can keep a pod or container that the move replaces from starting again. */
public final class NextPod {
  static final String NO_NODE = "NEXT_POD_HAS_NO_NODE";
  static final String IMAGE = "IMAGE_MAY_BE_MISSING";
  static final String OBJECT = "NEXT_POD_LACKS_OBJECT";
  static final String REFUSED = "NEXT_POD_NOT_ADMITTED";

  private static final String SERVICE = "service";

  private NextPod() {}

  /**
   * The scheduler finds no node for these pods.
   *
   * @param pods each with the reasons
   */
  public static DeploymentFinding withoutNode(String kind, String name, String pods) {
    return finding(
        NO_NODE,
        Severity.CONFIRM,
        kind,
        name,
        "has pods for whose next start no node is free: " + pods,
        "uncordon a node or add one; confirm if a node is added by itself");
  }

  /** The scheduler cannot give these pods the nodes that they are on. */
  public static DeploymentFinding onAnotherNode(String kind, String name, String pods) {
    return finding(
        NO_NODE,
        Severity.WARNING,
        kind,
        name,
        "has pods that start next on another node: " + pods,
        "uncordon the node, or see that other nodes have room for all of these pods together");
  }

  /** What pods require of a node that this tool does not evaluate. */
  public static DeploymentFinding notChecked(String kind, String name, String what) {
    return finding(
        NO_NODE,
        Severity.WARNING,
        kind,
        name,
        "requires of a node what is not checked here: " + what,
        "see that a node fulfils it for each pod that starts again while the others run");
  }

  /** An image that could not be pulled lately. */
  public static DeploymentFinding notPulled(String kind, String name, String image, String pod) {
    return finding(
        IMAGE,
        Severity.CONFIRM,
        kind,
        name,
        "needs the image %s, which pod %s cannot pull now".formatted(image, pod),
        "see `kubectl describe pod %s`; confirm if the image is on each node".formatted(pod));
  }

  /** An image that the host no longer has. */
  public static DeploymentFinding notThere(String kind, String name, String image) {
    return finding(
        IMAGE,
        Severity.CONFIRM,
        kind,
        name,
        "runs from the image %s, which this host no longer has, so a start pulls it"
            .formatted(image),
        "docker pull %s, then check again; confirm if the registry has the same one"
            .formatted(image));
  }

  /**
   * An image that is pulled from the registry at each start.
   *
   * @param containers the containers that use it
   */
  public static DeploymentFinding pulledAlways(
      String kind, String name, String containers, String image) {
    return finding(
        IMAGE,
        Severity.WARNING,
        kind,
        name,
        "pulls the image %s (%s) at each start, so a start fails without the registry%s"
            .formatted(image, containers, tag(image)),
        "see that the registry has it; better, set imagePullPolicy to IfNotPresent before the"
            + " window");
  }

  /** An image that compose asks the registry for, at each start or when its time has come. */
  public static DeploymentFinding pulledAgain(String service, String image, String policy) {
    return finding(
        IMAGE,
        Severity.WARNING,
        SERVICE,
        service,
        "%s the image %s at %s start (pull_policy: %s), which needs the registry%s"
            .formatted(
                policy.equals("always") ? "pulls" : "may pull",
                image,
                policy.equals("always") ? "each" : "a",
                policy,
                tag(image)),
        "see that the registry has it; better, set pull_policy to missing before the window");
  }

  /** An image that compose would build at a start, were it not for the move. */
  public static DeploymentFinding notBuilt(String service) {
    return finding(
        IMAGE,
        Severity.WARNING,
        SERVICE,
        service,
        "has pull_policy: build, and the move builds nothing, so a start needs the image that this"
            + " host has",
        "start the service once with its present image, and do not prune images during the move");
  }

  private static String tag(String image) {
    return image.contains("@") ? "" : ", and its tag may lead to another version";
  }

  /**
   * An object that is named and is not there.
   *
   * @param what a ConfigMap, a Secret, a key of one, or a ServiceAccount
   */
  public static DeploymentFinding lacking(String kind, String name, String what) {
    return finding(
        OBJECT,
        Severity.BLOCKER,
        kind,
        name,
        "needs the %s, which does not exist, so its next pod cannot start".formatted(what),
        "create it again, or change the manifest to one that exists");
  }

  /**
   * Volume claims whose data the next pods do not get.
   *
   * @param claims each with the reason
   */
  public static DeploymentFinding losesClaims(String kind, String name, String claims) {
    return finding(
        OBJECT,
        Severity.BLOCKER,
        kind,
        name,
        "has pods whose next one starts without the data of its volume claim: " + claims,
        "restart none of these pods; set persistentVolumeReclaimPolicy of the volume to Retain, add"
            + " another bookie, and drain this one (`bookkeeper shell recover ID`)");
  }

  /** A Secret for the registry that is not there. */
  public static DeploymentFinding lacksPullSecret(String kind, String name, String secret) {
    return finding(
        OBJECT,
        Severity.CONFIRM,
        kind,
        name,
        "pulls its images with the Secret %s, which does not exist".formatted(secret),
        "create it again; confirm if each node has the images, or the registry needs no login");
  }

  /**
   * The API server refuses these pods.
   *
   * @param pods each with the reasons
   */
  public static DeploymentFinding notAdmitted(String kind, String name, String pods) {
    return finding(
        REFUSED,
        Severity.CONFIRM,
        kind,
        name,
        "has pods whose next one the API server would refuse: " + pods,
        "change the quota, the range or the resources of the template before the window; confirm if"
            + " that is done before the cutover");
  }

  private static DeploymentFinding finding(
      String id, Severity severity, String kind, String name, String message, String remedy) {
    return new DeploymentFinding(id, severity, kind + " " + name, message, remedy, name);
  }
}
